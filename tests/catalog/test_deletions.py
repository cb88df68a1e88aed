"""Deletion of data: who proposes and decides, what goes and stays, that it is gone, and what the certificate says."""

import csv
import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.gate import compare_versions, preview_warrant, release
from catalog.models import ColumnRange, DataFile, Deletion, Resource, Version
from catalog.policies.deletions import decide_deletion
from catalog.selectors.deletions import certificate
from catalog.selectors.manifest import exports_folder, version_files
from catalog.services import deletions as module
from catalog.services.deletions import carry_out_deletion, move_deletion, propose_deletion
from catalog.services.sweeping import sweep_store
from catalog.services.versions import receive_upload
from catalog.tasks import carry_out_deletion as carry_out_task
from catalog.tasks import sweep_deletions
from catalog.workflow import DELETIONS
from portal.audit.models import Entry
from portal.kernel.actors import system_actor
from portal.kernel.errors import Conflict, Gone, Invalid, NotAllowed, ReasonMissing
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in
from tests.factories.uploads import new_version

pytestmark = pytest.mark.django_db
HEADER = "街道代码,街道名称,联系人\n"
MACHINE = system_actor("catalog.carry_out_deletion")
DOERS = ("visitor", "steward", "office_head", "coordinator", "outsider", "holder", "auditor", "security_officer")

#: Verb → state → who may. The steward proposed.
MATRIX: dict[str, dict[str, set[str]]] = {
    "approve": {"proposed": {"office_head"}},
    "refuse": {"proposed": {"office_head"}},
    "withdraw": {"proposed": {"steward"}},
    "finish": {"approved": {"machine"}},
}


def propose(cast: Cast, resource: Resource, *numbers: int, **more: Any) -> Deletion:
    facts = {"reason": "保存期限已满", "basis": "数据管理办法第十条"} | more
    return propose_deletion(cast.actor("steward"), resource=resource, numbers=numbers, **facts)


@pytest.fixture
def resource(cast: Cast) -> Resource:
    """Version 2 adds a row to version 1 and shares its file; version 3 is another table."""
    resource = draft(cast.actor("steward"), cast.provider)
    new_version(cast, resource, HEADER + "".join(f"{n},街道{n},张\n" for n in range(80)))
    new_version(cast, resource, HEADER + "99,又一,李\n", "append")
    new_version(cast, resource, HEADER + "7,新街道,张\n")
    return resource


@pytest.mark.parametrize("state", DELETIONS.states)
def test_who_may_do_what_in_each_state(cast: Cast, resource: Resource, state: str) -> None:
    deletion = propose(cast, resource, 1)
    doer = {"approved": "office_head", "finished": "office_head", "refused": "office_head", "withdrawn": "steward"}
    verb = {"approved": "approve", "finished": "approve", "refused": "refuse", "withdrawn": "withdraw"}
    if state in verb:
        deletion = move_deletion(cast.actor(doer[state]), deletion=deletion, verb=verb[state], reason="测试")
    if state == "finished":
        deletion = carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    assert deletion.state == state
    actors = {name: cast.actor(name) for name in DOERS} | {"machine": MACHINE}
    for row in DELETIONS.transitions:
        found = {name for name, actor in actors.items() if decide_deletion(actor, row.verb, deletion)}
        assert found == MATRIX[row.verb].get(state, set()), row.verb


def test_every_verb_stands_in_the_matrix_with_its_states() -> None:
    assert {row.verb: set(row.sources) for row in DELETIONS.transitions} == {
        verb: set(states) for verb, states in MATRIX.items()
    }


def test_data_is_gone_with_every_copy_and_shared_files_stay(cast: Cast, resource: Resource) -> None:
    first, second, third = resource.versions.order_by("number")
    upload, shared = first.upload.file, version_files(first).get()
    compare_versions(cast.actor("steward"), first, second)
    default_storage.save(f"{exports_folder(first)}/a/part.parquet", ContentFile(b"copy"))
    deletion = propose(cast, resource, 1)
    assert default_storage.exists(upload)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    with pytest.raises(Gone):
        release(cast.actor("steward"), preview_warrant(first))
    deletion = carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    assert deletion.state == "finished"
    assert {line["kind"]: line["outcome"] for line in deletion.ledger} == {
        "data": "kept",
        "upload": "removed",
        "copy": "removed",
    }
    for line in deletion.ledger:
        assert default_storage.exists(line["name"]) == (line["outcome"] == "kept")
        assert len(line["sha256"]) == 64
        assert line["bytes"] > 0
    first.refresh_from_db()
    assert (first.profile, first.upload.report, first.upload.file) == ({}, {}, "")
    assert release(cast.actor("steward"), preview_warrant(second)).page().rows
    # The file goes with the last version that names it.
    again = propose(cast, resource, 2)
    move_deletion(cast.actor("office_head"), deletion=again, verb="approve")
    carry_out_deletion(MACHINE, deletion_id=again.pk)
    shared.refresh_from_db()
    assert shared.deleted_at is not None
    assert not default_storage.exists(shared.uri)
    assert not ColumnRange.objects.filter(file=shared).exists()
    assert release(cast.actor("steward"), preview_warrant(third)).page().rows


def test_certificate_names_the_audit_entry_that_holds_its_hash(cast: Cast, resource: Resource) -> None:
    deletion = propose(cast, resource, 1, 2)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    deletion = carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    document = certificate(deletion)
    entry = Entry.objects.get(pk=document["audit_entry"])
    assert entry.action == "catalog.deletion.finish"
    assert len(entry.details["ledger_sha256"]) == 64
    assert [one["number"] for one in document["versions"]] == [1, 2]
    assert len(document["removed"]) == entry.details["removed"] == 4
    assert document["remaining"] == []
    assert document["decided_by"] == cast.user("office_head").name


@pytest.mark.parametrize("killed_at", ["delete", "_add_late_copies", "_demand_gone", "_finish"])
def test_killed_run_is_followed_by_one_that_ends_it(
    cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch, killed_at: str
) -> None:
    deletion = propose(cast, resource, 1, 2)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    taken: list[str] = []
    delete = default_storage.delete

    def dies(name: Any = "", *_rest: Any) -> None:
        if killed_at == "delete" and not taken:
            taken.append(name)
            delete(name)
            return
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(default_storage if killed_at == "delete" else module, killed_at, dies)
        with pytest.raises(KeyboardInterrupt):
            carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    assert Deletion.objects.get(pk=deletion.pk).state == "approved"
    assert sweep_deletions() == {"asked": 1}
    carry_out_task(deletion.pk)
    deletion = Deletion.objects.get(pk=deletion.pk)
    assert deletion.state == "finished"
    assert len([line for line in deletion.ledger if line["outcome"] == "removed"]) == 4
    assert not any(default_storage.exists(line["name"]) for line in deletion.ledger)
    assert carry_out_task(deletion.pk)["state"] == "finished"
    assert sweep_deletions() == {"asked": 0}


def test_nothing_is_certified_while_a_file_is_there(
    cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    deletion = propose(cast, resource, 1)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    with monkeypatch.context() as patch:
        patch.setattr(default_storage, "delete", lambda _name: None)
        assert carry_out_task(deletion.pk)["state"] == "still_there"
    assert Deletion.objects.get(pk=deletion.pk).state == "approved"
    assert carry_out_task(deletion.pk)["state"] == "finished"


def test_copy_made_by_a_delivery_under_way_goes_too(cast: Cast, resource: Resource) -> None:
    first = resource.versions.get(number=1)
    deletion = propose(cast, resource, 1)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    module._keep_ledger(deletion)
    name = default_storage.save(f"{exports_folder(first)}/late.csv", ContentFile(b"late"))
    deletion = carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    assert name in {line["name"] for line in deletion.ledger}
    later = default_storage.save(f"{exports_folder(first)}/later.csv", ContentFile(b"later"))
    sweep_store(MACHINE, before=deletion.created_at)
    assert not default_storage.exists(later)


def test_current_version_goes_only_when_the_resource_has_left_the_catalog(cast: Cast) -> None:
    resource = resource_in(cast, "published")
    new_version(cast, resource, HEADER + "1,一,张\n")
    with pytest.raises(Conflict) as refusal:
        propose(cast, resource, 1)
    assert refusal.value.code == "version_in_use"
    resource = resource_in(cast, "suspended", "另一资源")
    made = DataFile.objects.latest("pk")
    version = Version.objects.get(files=made)
    version.pk = None
    version.resource = resource
    version.save(force_insert=True)
    resource.current_version = version
    resource.save(update_fields=["current_version"])
    assert propose(cast, resource, version.number).state == "proposed"


def test_rows_added_to_deleted_data_are_refused(cast: Cast, resource: Resource) -> None:
    deletion = propose(cast, resource, 3)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    file = io.BytesIO((HEADER + "1,一,张\n").encode())
    resource.refresh_from_db()
    with pytest.raises(Invalid):
        receive_upload(
            cast.actor("steward"), resource=resource, file=file, name="街道.csv", mode="append", announce=False
        )


def test_proposal_needs_versions_reason_and_basis(cast: Cast, resource: Resource) -> None:
    with pytest.raises(Invalid) as refusal:
        propose(cast, resource, 9, reason=" ", basis="")
    assert set(refusal.value.fields) == {"versions", "reason", "basis"}
    propose(cast, resource, 1)
    with pytest.raises(Invalid):
        propose(cast, resource, 1)
    with pytest.raises(NotAllowed):
        propose_deletion(cast.actor("office_head"), resource=resource, numbers=[2], reason="x", basis="y")
    with pytest.raises(ReasonMissing):
        move_deletion(cast.actor("office_head"), deletion=Deletion.objects.get(), verb="refuse")


def test_pages_lead_from_the_versions_to_the_certificate(cast: Cast, resource: Resource) -> None:
    steward, head, base = cast.client("steward"), cast.client("office_head"), f"/catalog/{resource.address}"
    assert f"{base}/deletions/" in steward.get(f"{base}/versions/").content.decode()
    assert f"{base}/deletions/new/" in steward.get(f"{base}/deletions/").content.decode()
    assert head.get(f"{base}/deletions/new/").status_code == 403
    assert steward.get(f"{base}/deletions/new/").status_code == 200
    assert steward.post(f"{base}/deletions/new/", {"versions": ["1"]}).status_code == 400
    answer = steward.post(f"{base}/deletions/new/", {"versions": ["1"], "reason": "期满", "basis": "第十条"})
    page = answer["Location"]
    assert f"{page.rsplit('/', 2)[1]}" in steward.get(f"{base}/deletions/").content.decode()
    assert 'data-state="goes"' in head.get(page).content.decode()
    assert steward.get(f"{page}certificate.json").status_code == 404
    assert head.post(f"{base}/deletions/{Deletion.objects.get().number}/act/vanish/").status_code == 404
    assert head.post(f"{base}/deletions/{Deletion.objects.get().number}/act/refuse/").status_code == 400
    assert head.post(f"{base}/deletions/{Deletion.objects.get().number}/act/approve/").status_code == 302
    carry_out_deletion(MACHINE, deletion_id=Deletion.objects.get().pk)
    assert 'data-state="removed"' in head.get(page).content.decode()
    document = steward.get(f"{page}certificate.json").json()
    assert document["state"] == "finished"
    version = steward.get(f"{base}/versions/1/")
    assert 'data-state="deleted"' in version.content.decode()
    assert cast.client("outsider").get(page).status_code in {403, 404}


def test_all_files_are_listed_page_by_page_and_as_csv(cast: Cast, resource: Resource) -> None:
    folder = exports_folder(resource.versions.get(number=1))
    names = [default_storage.save(f"{folder}/{number:03d}.csv", ContentFile(b"x")) for number in range(205)]
    deletion, steward = propose(cast, resource, 1), cast.client("steward")
    address = f"{deletion.get_absolute_url()}"
    pages = [steward.get(f"{address}?page={number}").content.decode() for number in (1, 2, 3)]
    assert [sum(name in page for name in names) for page in pages] == [98, 100, 7]
    assert "1–100 of 207" in pages[0]
    assert steward.get(f"{address}?page=4").status_code == 404
    assert f"{address}files.csv" in pages[0]
    answer = steward.get(f"{address}files.csv")
    assert answer["Content-Disposition"] == f'attachment; filename="{deletion.number}.csv"'
    head, *lines = csv.reader(b"".join(answer).decode("utf-8-sig").splitlines())
    assert head == ["File", "Kind", "What happens", "Bytes", "SHA-256", "Kept by versions"]
    data, upload, *copies = lines
    assert (data[1], data[2], data[5]) == ("data file", "stays", "2")
    assert (upload[1], upload[2], len(upload[4])) == ("file handed in", "would be removed", 64)
    assert sorted(line[0] for line in copies) == sorted(names)
    move_deletion(cast.actor("office_head"), deletion=deletion, verb="approve")
    carry_out_deletion(MACHINE, deletion_id=deletion.pk)
    lines = list(csv.reader(b"".join(steward.get(f"{address}files.csv")).decode("utf-8-sig").splitlines()))
    assert [line[2] for line in lines].count("removed") == 206


def test_api_proposes_decides_and_certifies(cast: Cast, resource: Resource) -> None:
    steward, head = cast.client("steward"), cast.client("office_head")
    address = f"/api/v1/catalog/resources/{resource.address}/deletions/"
    data = {"versions": [1], "reason": "期满", "basis": "第十条"}
    made = steward.post(address, data, content_type="application/json", HTTP_IDEMPOTENCY_KEY="a-1")
    assert made.status_code == 201
    number = made.json()["number"]
    again = steward.post(address, data, content_type="application/json", HTTP_IDEMPOTENCY_KEY="a-1")
    assert again.json()["number"] == number
    assert head.post(f"{address}{number}/vanish", {}, content_type="application/json").status_code == 404
    approved = head.post(f"{address}{number}/approve", {}, content_type="application/json")
    assert approved.json()["state"] == "approved"
    rows = f"/api/v1/catalog/resources/{resource.address}/versions/1/rows"
    assert steward.get(rows).status_code == 410
    carry_out_deletion(MACHINE, deletion_id=Deletion.objects.get().pk)
    assert steward.get(f"{address}{number}/").json()["removed"]
    assert [one["number"] for one in steward.get(address).json()["results"]] == [number]
    files = steward.get(f"/api/v1/catalog/resources/{resource.address}/versions/1/").json()["files"]
    assert [file["deleted"] for file in files] == [False]
