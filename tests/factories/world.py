"""One object of each kind in the state in which most can be done with it, and the address of any pattern on them."""

import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.urls import reverse

from catalog.models import AssessmentDocument, Batch, Deletion, HandOver, Resource, SourceRun
from catalog.services.assessments import attach_document
from catalog.services.batches import start_bulk
from catalog.services.bulk import bulk_lines
from catalog.services.handovers import propose_hand_over
from catalog.services.quality import open_ticket
from catalog.services.transfers import begin_transfer
from licenses.models import License, LicenseType
from opening.models import Publication
from portal.accounts.models import ApiKey, Membership
from portal.accounts.services import create_api_key
from portal.audit.models import Entry
from portal.notices.models import Notice
from portal.notices.services import notify
from sharing.models import CorrectionDocument, Grant, Request
from sharing.services.corrections import attach_evidence
from tests.cast import Cast
from tests.factories import licenses as license_factory
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory
from tests.factories import sources as source_factory

_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True)
class World:
    """The objects of the access matrix."""

    cast: Cast
    resource: Resource
    request: Request
    grant: Grant
    publication: Publication
    license_type: LicenseType
    license: License
    key: ApiKey
    notice: Notice

    def _values(self, name: str) -> dict[str, Any]:
        room = next(
            (room for room in ("catalog", "sharing", "licenses") if room in name), name.split(":", maxsplit=1)[0]
        )
        upload, source = self.resource.uploads.order_by("-id")[0], self.resource.sources.earliest("pk")
        is_grant, is_correction = "grant" in name, "correction" in name
        standards = {"version": 1} if "element" in name else {"number": "2003"} if "code_set" in name else {}
        by_room: dict[str, dict[str, Any]] = {
            "catalog": {
                "code": self.resource.code.replace("/", "~"),
                "verb": "suspend",
                "number": self._number(name, upload.pk),
                "key": "key",
                "column": "contact",
                "username": "outsider",
                "kind": "classes",
                "form": "json" if "exchange" in name else "csv",
                "source_kind": "database",
                "source": source.pk,
                "run": source.runs.latest("pk").pk,
                "token": self.resource.transfers.latest("created_at").pk,
                "identifier": "DE00001",
                "code_set": "gbt-2261-1",
                "version": 1,
                "other": 1,
            }
            | standards,
            "sharing": {
                "number": self._sharing_number(name),
                "code": self.resource.code.replace("/", "~"),
                "verb": "suspend" if is_grant else "verify" if is_correction else "approve",
                "form": "csv",
                "document": CorrectionDocument.objects.latest("pk").pk if is_correction else 0,
                "share": "grants",
                "schema": self.grant.schema_name,
                "name": self.grant.number,
                "link": "made-up",
                "edition": "made-up",
                "part": "manifest.avro",
            },
            "licenses": {
                "identifier": self.license.identifier,
                "code": self.license.versions.get().public_id if name == "licenses:printed" else self.license_type.code,
                "verb": "withhold",
                "version": 1,
            },
            "people": {
                "username": "steward",
                "membership_id": Membership.objects.get(user=self.cast.user("steward")).pk,
            },
            "home": {"key_id": self.key.pk},
            "notices": {"notice_id": self.notice.pk},
            "oversight": {"entry_id": Entry.objects.order_by("id")[0].pk},
        }
        file_id = str(self.publication.file_id)
        public = {
            "name": self.cast.provider.slug if name.startswith("organization") else self.publication.name,
            "file_id": file_id,
            "share": "open",
            "schema": self.publication.schema_name,
            "link": "made-up",
            "edition": "made-up",
            "part": "manifest.avro",
            "number": 0,
            "file": f"{self.publication.name}.csv",
            "theme": "public-services",
            "verb": "suspend",
        }
        return by_room.get(room, public)

    def _sharing_number(self, name: str) -> str:
        if "grant" in name:
            return self.grant.number
        if "iceberg" in name:
            return "0"
        return self.grant.corrections.earliest("pk").number if "correction" in name else self.request.number

    def _number(self, name: str, upload: int) -> int | str:
        if "catalog_source" in name:
            return self.resource.sources.earliest("pk").pk
        if "deletion" in name:
            return self.resource.deletions.latest("pk").number
        if "ticket" in name:
            return self.resource.quality_tickets.get().number
        if "handover" in name:
            return HandOver.objects.latest("pk").number
        if "assessment" in name:
            return AssessmentDocument.objects.latest("pk").pk
        return Batch.objects.latest("pk").pk if "batch" in name else upload

    def address(self, name: str, pattern: str) -> str:
        """Return the address of the pattern called ``name`` on this world's objects."""
        values = self._values(name.removeprefix("api/"))
        wanted = _PARAMETER.findall(pattern)
        return reverse(name.removeprefix("api/"), kwargs={key: values[key] for key in wanted})


def build_world(cast: Cast) -> World:
    """Build the world by the acts of the cast."""
    resource = sharing_factory.resource(cast)
    open_ticket(cast.actor("coordinator"), resource=resource, note="联系人缺失")
    grant = sharing_factory.grant(cast, resource)
    correction = sharing_factory.correction_in(cast, "verifying", grant)
    attach_evidence(cast.actor("holder"), correction=correction, file=BytesIO(b"%PDF-1.7"), name="证明.pdf")
    request = sharing_factory.request_in(cast, "with_provider", resource, title="另一申请")
    publication = opening_factory.edition_in(cast, "published", resource=resource, items=["code", "name", "city"])
    license_type = license_factory.license_type(cast.actor("license_officer"), cast.provider)
    license_ = license_factory.issued(cast.actor("license_officer"), license_type)
    key, _text = create_api_key(cast.actor("holder"), user=cast.user("holder"), name="k", scopes=["sharing:read"])
    file = BytesIO(b"%PDF-1.7")
    attach_document(cast.actor("steward"), resource=resource, kind="secrecy", file=file, name="评估.pdf")
    start_bulk(
        cast.actor("steward"),
        name="x",
        asked=bulk_lines([resource], fields={"format": "text"}, item_values={}, only={}),
    )
    propose_hand_over(
        cast.actor("steward"),
        giver=cast.provider,
        taker=cast.authority,
        document="吉编办〔2026〕12号",
        resources=[resource],
    )
    begin_transfer(cast.actor("steward"), resource=resource, name="街道.csv", length=10, options={})
    SourceRun.objects.create(source=source_factory.folder(cast, resource), state="nothing")
    # Its only version is in use, which no act would delete: the pages need one that names it.
    deletion = Deletion.objects.create(
        number="XH-2026-00001", resource=resource, reason="x", basis="x", proposed_by=cast.user("steward")
    )
    deletion.versions.add(resource.versions.get())
    (notice,) = notify([cast.user("holder")], kind="tests", title_msg="Notices", url="/desk/")
    return World(cast, resource, request, grant, publication, license_type, license_, key, notice)
