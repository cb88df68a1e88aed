"""Hands files in through the services, as the cast's data officer does, and lets them be checked."""

import io
from typing import Any

from catalog.models import Resource, Upload, Version
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.worlds import built_once

MACHINE = system_actor("check_upload")


@built_once
def hand_in(cast: Cast, resource: Resource, text: str, name: str = "街道.csv", **wishes: Any) -> Upload:
    """Hand a file of text in and check it; the resource is read anew before and after."""
    resource.refresh_from_db()
    file = io.BytesIO(text.encode())
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name=name, announce=False, **wishes)
    checked = check_upload(MACHINE, upload_id=upload.pk)
    resource.refresh_from_db()
    return checked


def version_of(upload: Upload) -> Version:
    """Give the version that an accepted file became."""
    assert upload.version is not None, upload.report
    return upload.version


def new_version(cast: Cast, resource: Resource, text: str, mode: str = "replace") -> Version:
    """Hand a file in that becomes a version."""
    return version_of(hand_in(cast, resource, text, mode=mode))
