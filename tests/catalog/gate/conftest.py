"""A published resource with a version of its data, and warrants on it."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.gate import Warrant, WarrantKind
from catalog.models import Resource, Version
from catalog.services.versions import check_upload, receive_upload
from portal.kernel.actors import system_actor
from portal.kernel.decisions import ALLOW
from tests.cast import Cast
from tests.factories.catalog import resource_in
from tests.worlds import built_once

TEXT = "街道代码,街道名称,联系人\n" + "".join(f"2201{n:05d},街道{n},张{n}\n" for n in range(300))
MACHINE = system_actor("check_upload")


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


@built_once
def first_version(cast: Cast, resource: Resource) -> Version:
    file = io.BytesIO(TEXT.encode("gb18030"))
    upload = receive_upload(cast.actor("steward"), resource=resource, file=file, name="街道.csv", announce=False)
    made = check_upload(MACHINE, upload_id=upload.pk).version
    assert made is not None
    return made


@pytest.fixture
def version(cast: Cast, resource: Resource) -> Version:
    return first_version(cast, resource)


OPEN_PLAN = DeliveryPlan(version="*", columns=(PlanColumn("code"), PlanColumn("name")))
GRANT_PLAN = DeliveryPlan(
    version="*",
    columns=(PlanColumn("code", "area6"), PlanColumn("name"), PlanColumn("contact", "keep", {"a": 1, "b": 0})),
)


@pytest.fixture
def warrant(version: Version) -> Callable[..., Warrant]:
    def make(**facts: Any) -> Warrant:
        known: dict[str, Any] = {
            "kind": WarrantKind.GRANT,
            "number": "GX-2026-00001",
            "version": version,
            "plan": GRANT_PLAN,
            "decide": lambda _: ALLOW,
            "purpose": "核对街道名录",
        }
        return Warrant(**{**known, **facts})

    return make
