"""Documents of assessments: taken by kind and size, approved by the head, read by right, kept."""

import io

import pytest
from django.conf import LazySettings

from catalog import services
from catalog.models import AssessmentDocument, Resource
from catalog.services import assessments
from portal.audit.models import Entry
from portal.kernel.actors import Duty
from portal.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.factories.accounts import person
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 signed"


def attach(
    cast: Cast, resource: Resource, who: str = "steward", content: bytes = PDF, name: str = "评估.pdf"
) -> AssessmentDocument:
    return assessments.attach_document(
        cast.actor(who), resource=resource, kind="secrecy", file=io.BytesIO(content), name=name
    )


def test_a_document_is_attached_approved_and_read_by_those_who_keep_it(cast: Cast) -> None:
    resource = resource_in(cast, "draft")
    here = f"{resource.get_absolute_url()}assessments/"
    file = io.BytesIO(PDF)
    file.name = "评估.pdf"
    assert cast.client("steward").post(here, {"kind": "privacy", "file": file}).status_code == 302
    document = AssessmentDocument.objects.get()
    assert cast.client("office_head").post(f"{here}{document.pk}/approve/").status_code == 302
    document.refresh_from_db()
    assert document.approved_by == cast.user("office_head")
    assert "评估.pdf" in cast.client("office_head").get(here).content.decode()
    answer = cast.client("steward").get(f"{here}{document.pk}/file/")
    assert b"".join(answer.streaming_content) == PDF
    assert cast.client("outsider").get(f"{here}{document.pk}/file/").status_code == 404
    acts = set(Entry.objects.filter(action__endswith="_assessment").values_list("action", flat=True))
    assert acts == {"catalog.attach_assessment", "catalog.approve_assessment", "catalog.read_assessment"}


@pytest.mark.parametrize(
    ("content", "name"), [(PDF, "x.exe"), (b"MZ", "x.pdf"), (b"", "x.pdf"), (PDF + b"0" * (20 << 20), "x.pdf")]
)
def test_other_files_are_refused(cast: Cast, content: bytes, name: str) -> None:
    with pytest.raises(Invalid):
        attach(cast, resource_in(cast, "draft"), content=content, name=name)
    assert not AssessmentDocument.objects.exists()


def test_who_may_attach_and_approve(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    document = attach(cast, resource)
    for name in ("steward", "coordinator", "outsider"):
        with pytest.raises(NotAllowed):
            assessments.approve_document(cast.actor(name), resource=resource, number=document.pk)
    with pytest.raises(NotAllowed):
        attach(cast, resource, "office_head")
    with pytest.raises(NotFound):
        assessments.approve_document(cast.actor("office_head"), resource=resource, number=0)
    assessments.approve_document(cast.actor("office_head"), resource=resource, number=document.pk)
    with pytest.raises(Conflict):
        assessments.approve_document(cast.actor("office_head"), resource=resource, number=document.pk)


def test_nobody_approves_what_she_handed_in(cast: Cast) -> None:
    cast.people["both"] = person("both", (Duty.DATA_OFFICER, cast.provider), (Duty.OFFICE_HEAD, cast.provider))
    resource = resource_in(cast, "draft")
    document = attach(cast, resource, "both")
    with pytest.raises(NotAllowed) as refused:
        assessments.approve_document(cast.actor("both"), resource=resource, number=document.pk)
    assert refused.value.code == "own_submission"


def test_submitting_asks_for_approved_documents_where_the_installation_says_so(
    cast: Cast, settings: LazySettings
) -> None:
    resource = resource_in(cast, "draft")
    settings.ASSESSMENT_DOCUMENTS = "required"
    with pytest.raises(Invalid) as refusal:
        services.submit(cast.actor("steward"), resource=resource)
    assert set(refusal.value.fields) == {"secrecy_assessment", "privacy_assessment"}
    for kind in ("secrecy", "privacy"):
        made = assessments.attach_document(
            cast.actor("steward"), resource=resource, kind=kind, file=io.BytesIO(PDF), name="评估.pdf"
        )
        with pytest.raises(Invalid):
            services.submit(cast.actor("steward"), resource=resource)
        assessments.approve_document(cast.actor("office_head"), resource=resource, number=made.pk)
    assert services.submit(cast.actor("steward"), resource=resource).state == "submitted"
