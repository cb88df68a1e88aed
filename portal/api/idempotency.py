"""Writes once under an ``Idempotency-Key``: a repeat gets the first answer, another request is refused."""

import hashlib
from collections.abc import Iterable
from http import HTTPStatus
from typing import cast

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.models import Idempotency
from portal.kernel.errors import Conflict, Invalid

LONGEST_KEY = 200


def _fingerprint(request: Request, headers: Iterable[str]) -> str:
    """Hash what is asked: the body as sent, or the fields and files of a form that is too large to be kept whole."""
    media_type = (request.content_type or "").partition(";")[0]
    told = (request.headers.get(name, "") for name in headers)
    digest = hashlib.sha256("\n".join((request.method or "", request.get_full_path(), media_type, *told)).encode())
    if media_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    for name, values in cast("QueryDict", request.data).lists():
        for value in values:
            _add(digest, name, value)
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", name: str, value: object) -> None:
    if not isinstance(value, UploadedFile):
        digest.update(f"\n{name}={value}".encode())
        return
    digest.update(f"\n{name}={value.name}:".encode())
    for block in value.chunks():
        digest.update(block)
    value.seek(0)


def begin(request: Request, key: str, user_id: int, headers: Iterable[str] = ()) -> Idempotency:
    """Claim the key, or return the finished answer of an equal request before; `headers` name those that say what is
    asked.

    Raises ``Conflict`` while the first request still runs or when the key was used for another request.
    """
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(_("An Idempotency-Key has at most 200 printable characters."), code="idempotency_key_too_long")
    fingerprint = _fingerprint(request, headers)
    try:
        with transaction.atomic():
            return Idempotency.objects.create(user_id=user_id, key=key, fingerprint=fingerprint)
    except IntegrityError:
        claim = Idempotency.objects.get(user_id=user_id, key=key)
    if claim.fingerprint != fingerprint:
        raise Conflict(_("This Idempotency-Key was used for another request."), code="idempotency_key_reused")
    if claim.status is None:
        raise Conflict(_("The first request under this Idempotency-Key still runs."), code="idempotency_in_progress")
    return claim


def finish(claim: Idempotency, response: Response) -> None:
    """Keep the answer; a failure of the server frees the key for another try."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        claim.delete()
        return
    claim.status, claim.answer, claim.location = response.status_code, response.data, response.get("Location", "")
    claim.save(update_fields=["status", "answer", "location"])


def give_up(claim: Idempotency) -> None:
    """Free the key after a fault of ours, so that the caller may try again."""
    claim.delete()
