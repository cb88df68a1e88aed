"""The provider's answer, what closes a correction, the accuracy of the version, and who else is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone, translation

from catalog.models import Item, QualityCorrection, QualityTicket, Version
from catalog.selectors.quality import current_report
from catalog.services import quality
from portal.audit.models import Entry
from portal.kernel.errors import Conflict, Invalid, NotAllowed, ReasonMissing, TransitionRefused
from portal.notices.models import Notice
from portal.workflow.deadlines import open_deadline, sweep
from portal.workflow.models import Deadline
from sharing.models import Correction
from sharing.selectors import tasks_for
from sharing.selectors.corrections import corrections
from sharing.services import corrections as services
from sharing.tasks import check_corrections, follow_correction, sweep_corrections
from tests.cast import Cast
from tests.factories import sharing as made

pytestmark = pytest.mark.django_db
TWO = [made.reported(made.FIRST, "contact", "张珊"), made.reported(made.SECOND, "contact", "李思")]


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=f"sharing.correction_{kind}").values_list("user__username", flat=True))


def fresh(correction: Correction) -> Correction:
    return Correction.objects.select_related("resource__current_version", "version").get(pk=correction.pk)


def new_version(cast: Cast, correction: Correction, **changes: str) -> Version:
    """Hand in the streets with some texts replaced, and let the machine compare."""
    data = made.STREETS
    for before, after in changes.items():
        data = data.replace(before, after)
    made.upload(cast, correction.resource, data)
    correction.resource.refresh_from_db()
    version = correction.resource.current_version
    assert version is not None
    check_corrections(version.pk)
    return version


def corrections_rule(version: Version) -> Any:
    report = quality.check_version(made.SYSTEM, version_id=version.pk)
    assert report is not None
    return next(one for one in report.results if one["rule"]["key"] == "corrections"), report


def test_confirmed_errors_lower_the_accuracy_until_a_version_mends_them(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed", lines=TWO)
    noted = QualityCorrection.objects.get()
    assert (noted.reference, noted.rows, noted.version) == (correction.number, 2, correction.version)
    assert not QualityTicket.objects.exists(), "the correction has the clock of the law; a ticket would begin anew"
    rule, before = corrections_rule(correction.version)
    assert rule["failed"] == 2
    version = new_version(cast, correction, 张三="张珊", 李四="李思")
    noted.refresh_from_db()
    assert noted.mended_in == version
    rule, after = corrections_rule(version)
    assert rule["failed"] == 0
    assert after.dimensions["accuracy"] > before.dimensions["accuracy"]


def test_a_later_version_with_other_values_closes_it_by_itself(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed", lines=TWO)
    version = new_version(cast, correction, 张三="张珊", 李四="李斯")
    correction = fresh(correction)
    assert (correction.state, correction.corrected_in) == ("corrected", version)
    assert [line.outcome for line in correction.lines.all()] == ["expected", "changed"]
    assert open_deadline(correction) is None
    assert Entry.objects.get(action="sharing.correction.correct").actor_kind == "system"
    assert told("correct") == {"holder", "holder_head"}
    assert told("closed") == {"steward", "office_head"}


def test_the_reason_of_the_machine_is_read_by_each_in_her_language(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed", lines=TWO)
    with translation.override("zh-hans"):
        new_version(cast, correction, 张三="张珊", 李四="李斯")
    entry = Entry.objects.get(action="sharing.correction.correct")
    assert entry.reason == "Version 2 holds another value in every cell that was confirmed."
    page = f"/sharing/corrections/{correction.number}/"
    shown = {
        language: cast.client("steward").get(page, headers={"Accept-Language": language}).content.decode()
        for language in ("en", "zh-hans")
    }
    chinese = "第 2 版中，经确认有误的值均已更改。"
    assert (entry.reason in shown["en"], chinese in shown["en"]) == (True, False)
    assert (entry.reason in shown["zh-hans"], chinese in shown["zh-hans"]) == (False, True)


def test_a_version_that_still_holds_a_value_leaves_it_open_and_says_so_once(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed", lines=TWO)
    version = new_version(cast, correction, 张三="张珊")
    check_corrections(version.pk)
    correction = fresh(correction)
    assert correction.state == "confirmed"
    assert [line.outcome for line in correction.lines.all()] == ["expected", "same"]
    assert Notice.objects.filter(kind="sharing.correction_same").count() == 2
    with pytest.raises(Conflict) as refusal:
        services.correct(cast.actor("steward"), correction=correction, reason="已改")
    assert refusal.value.code == "still_wrong"
    new_version(cast, correction, 张三="张珊", 李四="李思")
    assert fresh(correction).state == "corrected"


def test_a_row_taken_out_is_corrected_too(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    new_version(cast, correction, **{"220302001,南街道,张三,2203\n": ""})
    correction = fresh(correction)
    assert (correction.state, correction.lines.get().outcome) == ("corrected", "gone")


def test_nobody_closes_before_there_is_a_later_version(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    with pytest.raises(Conflict) as refusal:
        services.correct(cast.actor("steward"), correction=correction, reason="已改")
    assert refusal.value.code == "no_later_version"


def test_what_cannot_be_compared_is_closed_by_the_provider_with_a_reason(cast: Cast) -> None:
    grant = made.grant(cast, items=["name", "contact"])
    lines = [made.reported({"name": "南街道", "contact": "张三"}, "contact", "张珊")]
    correction = made.correction_in(cast, "confirmed", grant, lines)
    version = new_version(cast, correction, 南街道="南关街道", 张三="张珊")
    correction = fresh(correction)
    assert (correction.state, correction.lines.get().outcome) == ("confirmed", "unclear")
    assert told("unclear") == {"steward", "office_head"}
    with pytest.raises(NotAllowed):
        services.correct(cast.actor("holder"), correction=correction, reason="x")
    with pytest.raises(ReasonMissing):
        services.correct(cast.actor("steward"), correction=correction, reason=" ")
    closed = services.correct(cast.actor("steward"), correction=correction, reason="街道更名，联系人已改。")
    assert (closed.state, closed.corrected_in) == ("corrected", version)
    with pytest.raises(TransitionRefused):
        services.correct(cast.actor("steward"), correction=closed, reason="x")


def test_masked_cells_are_compared_as_the_source_holds_them(cast: Cast) -> None:
    resource = made.resource(cast)
    Item.objects.filter(resource=resource, code="contact").update(mask={"op": "keep", "a": 1, "b": 0})
    row = {**made.FIRST, "contact": "张*"}
    correction = made.correction_in(
        cast, "confirmed", made.grant(cast, resource), [made.reported(row, "contact", "张珊")]
    )
    new_version(cast, correction)
    assert fresh(correction).lines.get().outcome == "same"
    new_version(cast, correction, 张三="张珊")
    correction = fresh(correction)
    assert (correction.state, correction.lines.get().outcome) == ("corrected", "changed")


def test_an_item_renamed_or_gone_since(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    version = new_version(cast, correction, 张三="张珊", contact="contact")
    assert fresh(correction).corrected_in == version
    second = made.correction_in(
        cast, "confirmed", correction.grant, [made.reported({**made.FIRST, "contact": "张珊"}, "name", "南关街道")]
    )
    Version.objects.filter(pk=version.pk).update(
        columns=[column for column in version.columns if column["name"] != "name"]
    )
    Version.objects.filter(pk=second.version_id).update(number=0)
    correction = fresh(second)
    correction.resource.refresh_from_db()
    services.follow_confirmed(made.SYSTEM, correction_id=second.pk)
    assert fresh(second).lines.get().outcome in {"", "unclear"}


def test_a_correction_of_an_earlier_version_closes_at_once_when_the_present_one_is_right(cast: Cast) -> None:
    grant = made.grant(cast)
    filed = made.correction_in(cast, "filed", grant)
    made.upload(cast, grant.resource, made.STREETS.replace("张三", "张珊"))
    services.verify(cast.actor("steward"), correction=filed)
    services.confirm(cast.actor("steward"), correction=filed)
    assert follow_correction(filed.pk) == {"told": 0}
    assert fresh(filed).state == "corrected"
    assert sweep_corrections() == {"following": 0}


def test_part_of_the_lines_is_confirmed_only_with_a_reason(cast: Cast) -> None:
    correction = made.correction_in(cast, "verifying", lines=TWO)
    steward = cast.actor("steward")
    for lines in ([], [3]):
        with pytest.raises(Invalid):
            services.confirm(steward, correction=correction, lines=lines, reason="x")
    with pytest.raises(ReasonMissing):
        services.confirm(steward, correction=correction, lines=[1])
    services.confirm(steward, correction=correction, lines=[1], reason="第二行无误。")
    correction = fresh(correction)
    assert [line.is_confirmed for line in correction.lines.all()] == [True, False]
    assert correction.answer == "第二行无误。"
    assert QualityCorrection.objects.get().rows == 1
    new_version(cast, correction, 张三="张珊")
    assert fresh(correction).state == "corrected"


def test_a_refusal_needs_its_reason_and_ends_the_clock(cast: Cast) -> None:
    correction = made.correction_in(cast, "verifying")
    with pytest.raises(ReasonMissing):
        services.refuse_correction(cast.actor("steward"), correction=correction, reason="")
    refused = made.correction_in(cast, "refused", made.grant(cast))
    assert refused.answer == "经核实无误。"
    assert open_deadline(refused) is None
    assert told("refuse") == {"holder", "holder_head"}
    assert not QualityCorrection.objects.exists()


def test_nobody_answers_a_correction_of_her_own(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    Correction.objects.filter(pk=correction.pk).update(filer=cast.user("steward"))
    with pytest.raises(NotAllowed) as refusal:
        services.verify(cast.actor("steward"), correction=correction)
    assert refusal.value.code == "own_correction"
    services.verify(cast.actor("office_head"), correction=correction)


def test_other_holders_of_the_rows_are_told_and_confirm_receipt(cast: Cast) -> None:
    grant = made.grant(cast)
    held = made.grant_of_stranger(cast, grant.resource)
    made.grant_of_stranger(cast, grant.resource, items=["code", "name"])
    made.grant_of_stranger(cast, grant.resource, rows=[{"item": "city", "op": "eq", "value": "2201"}])
    correction = made.correction_in(cast, "confirmed", grant, TWO)
    receipt = correction.receipts.get()
    assert (receipt.grant, receipt.lines) == (held, [1, 2])
    assert told("news") == {"stranger_head", "outsider"}
    officer = cast.actor("outsider")
    (task,) = tasks_for(officer)
    assert (task.group, task.due_on) == ("todo", None)
    assert services.confirm_receipt(officer, correction=correction) == 1
    assert not tasks_for(officer)
    with pytest.raises(NotAllowed):
        services.confirm_receipt(officer, correction=fresh(correction))
    with pytest.raises(NotAllowed):
        services.confirm_receipt(cast.actor("holder"), correction=fresh(correction))
    new_version(cast, correction, 张三="张珊", 李四="李思")
    assert told("new_rows") == {"stranger_head", "outsider"}


def test_following_twice_tells_once(cast: Cast) -> None:
    grant = made.grant(cast)
    made.grant_of_stranger(cast, grant.resource)
    correction = made.correction_in(cast, "confirmed", grant)
    follow_correction(correction.pk)
    assert Notice.objects.filter(kind="sharing.correction_news").count() == 2
    assert Entry.objects.filter(action="sharing.correction.tell").count() == 1


def test_sweep_finds_what_a_lost_message_left(cast: Cast) -> None:
    correction = made.correction_in(cast, "confirmed")
    assert services.pending_corrections() == []
    Correction.objects.filter(pk=correction.pk).update(told_at=None)
    assert services.pending_corrections() == [correction.pk]
    Correction.objects.filter(pk=correction.pk).update(told_at=timezone.now())
    made.upload(cast, correction.resource, made.STREETS)
    assert services.pending_corrections() == [correction.pk]
    assert sweep_corrections() == {"following": 1}


def test_reminders_reach_the_provider_and_when_late_the_coordinator(cast: Cast) -> None:
    correction = made.correction_in(cast, "filed")
    clock = Deadline.objects.filter(subject_type="sharing.correction", subject_id=str(correction.pk))
    clock.update(due_on=timezone.localdate())
    sweep()
    clock.update(due_on=timezone.localdate() - timedelta(days=14), reminded_on=None)
    sweep()
    assert told("due") == {"steward", "office_head"}
    assert told("late") == {"steward", "office_head", "coordinator"}
    assert corrections(cast.actor("coordinator"), late=True).get() == correction


def test_a_fault_in_the_catalogue_leaves_the_correction_as_it_was(cast: Cast) -> None:
    correction = made.correction_in(cast, "verifying")
    with transaction.atomic():
        services.confirm(cast.actor("steward"), correction=correction)
        transaction.set_rollback(True)
    assert fresh(correction).state == "verifying"
    assert current_report(correction.resource) is not None
    assert not QualityCorrection.objects.exists()


@pytest.mark.parametrize(
    ("state", "todo", "started"),
    [("filed", "steward", "holder"), ("verifying", "steward", "holder"), ("confirmed", "steward", "holder")]
    + [(state, None, None) for state in ("corrected", "refused", "withdrawn")],
)
def test_desk(cast: Cast, state: str, todo: str | None, started: str | None) -> None:
    correction = made.correction_in(cast, state)
    for name in ("holder", "holder_head", "steward", "outsider", "visitor"):
        tasks = [task for task in tasks_for(cast.actor(name)) if task.number == correction.number]
        wanted = {group for group, who in (("todo", todo), ("started", started)) if who == name}
        assert {task.group for task in tasks} == wanted
        assert all(task.days_left == 10 for task in tasks)
