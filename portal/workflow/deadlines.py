"""Clocks in working days: rules with their article of law, start, stop, one pause, one extension."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Conflict, Text
from portal.kernel.working_days import add_working_days, working_days_between
from portal.workflow.models import CalendarDay, Deadline
from portal.workflow.signals import deadline_missed, deadline_near

REMIND_BEFORE = 2


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """A deadline of law: ``working_days`` as the ``article`` sets them; an installation may only shorten it."""

    kind: str
    working_days: int
    article: Text
    label: Text


RULES: dict[str, DeadlineRule] = {}


def register(*rules: DeadlineRule) -> None:
    """Make rules known; each app registers its own in ``apps.ready`` or where its table stands."""
    RULES.update({rule.kind: rule for rule in rules})


def days_allowed(kind: str) -> int:
    """Return the working days of a kind: the law's, or fewer where ``settings.DEADLINES`` says so."""
    return min(RULES[kind].working_days, settings.DEADLINES.get(kind, RULES[kind].working_days))


def calendar() -> Mapping[date, bool]:
    """Return the days that override the built-in working calendar (1 query)."""
    return dict(CalendarDay.objects.values_list("day", "is_working"))


def load_calendar(rows: Iterable[tuple[date, bool]], *, source: str) -> int:
    """Load days of a holiday notice, e.g. next year's, under its number as ``source``; safe to repeat."""
    days = [CalendarDay(day=day, is_working=is_working, source=source) for day, is_working in rows]
    CalendarDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "source"]
    )
    return len(days)


def _running(obj: models.Model, kind: str) -> Deadline | None:
    return (
        Deadline.objects.select_for_update()
        .filter(subject_type=obj._meta.label_lower, subject_id=str(obj.pk), kind=kind, stopped_at=None)
        .first()
    )


def start(obj: models.Model, kind: str) -> Deadline:
    """Start the clock of ``kind`` on ``obj`` today, or return the one that runs; today itself does not count."""
    if running := _running(obj, kind):
        return running
    today, days = timezone.localdate(), days_allowed(kind)
    return Deadline.objects.create(
        subject_type=obj._meta.label_lower,
        subject_id=str(obj.pk),
        kind=kind,
        working_days=days,
        started_on=today,
        due_on=add_working_days(today, days, calendar()),
    )


def stop(obj: models.Model, kind: str) -> None:
    """Stop the clock of ``kind`` on ``obj``; nothing happens when none runs."""
    if running := _running(obj, kind):
        running.stopped_at = timezone.now()
        running.save(update_fields=["stopped_at"])


def pause(obj: models.Model, kind: str) -> None:
    """Hold the clock while the other side supplements; it pauses once (Order 809 art 21), later calls do nothing."""
    running = _running(obj, kind)
    if running and not running.was_paused:
        running.paused_on, running.was_paused = timezone.localdate(), True
        running.save(update_fields=["paused_on", "was_paused"])


def resume(obj: models.Model, kind: str) -> None:
    """Let a paused clock run on: the working days that passed in the pause are added to the due day."""
    running = _running(obj, kind)
    if running and running.paused_on:
        days = calendar()
        left = working_days_between(running.paused_on, running.due_on, days)
        running.due_on = add_working_days(timezone.localdate(), max(left, 0), days)
        running.paused_on = None
        running.save(update_fields=["due_on", "paused_on"])


def extend(obj: models.Model, kind: str, *, working_days: int) -> Deadline:
    """Extend a running clock once. Raises ``Conflict`` when none runs or it was extended before."""
    running = _running(obj, kind)
    if running is None:
        raise Conflict(_("No deadline of this kind is running."), code="no_deadline")
    if running.was_extended:
        raise Conflict(_("This deadline was already extended; the law allows it once."), code="extended_before")
    running.due_on = add_working_days(running.due_on, working_days, calendar())
    running.was_extended = True
    running.save(update_fields=["due_on", "was_extended"])
    return running


def deadlines_of(objs: Iterable[models.Model]) -> dict[str, Deadline]:
    """Return the most urgent clock that runs on each object, by the object's id as text (1 query; one model only)."""
    found = list(objs)
    if not found:
        return {}
    clocks = Deadline.objects.filter(
        subject_type=found[0]._meta.label_lower, subject_id__in=[str(obj.pk) for obj in found], stopped_at=None
    ).order_by("-due_on")
    return {clock.subject_id: clock for clock in clocks}


def open_deadline(obj: models.Model) -> Deadline | None:
    """Return the most urgent clock that runs on ``obj``, or None."""
    return deadlines_of([obj]).get(str(obj.pk))


def days_left(deadline: Deadline, days: Mapping[date, bool] | None = None) -> int:
    """Return the working days left: 0 on the due day, negative when late; a paused clock stands still."""
    today = deadline.paused_on or timezone.localdate()
    return working_days_between(today, deadline.due_on, calendar() if days is None else days)


def sweep() -> int:
    """Tell those concerned, once a day and clock, of clocks that end soon or are late; returns how many.

    Emits ``deadline_near`` and ``deadline_missed``.
    """
    today, days = timezone.localdate(), calendar()
    horizon = add_working_days(today, REMIND_BEFORE, days)
    waiting = Deadline.objects.filter(stopped_at=None, paused_on=None, due_on__lte=horizon).exclude(reminded_on=today)
    told = 0
    for deadline in waiting.iterator():
        left = days_left(deadline, days)
        signal = deadline_missed if left < 0 else deadline_near
        deadline.reminded_on = today
        deadline.save(update_fields=["reminded_on"])
        signal.send(sender=Deadline, deadline=deadline, days_left=left)
        told += 1
    return told
