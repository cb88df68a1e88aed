"""Moves open editions between their states; publishing checks the edition as a whole first."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from catalog.models import Resource
from catalog.policies import stands_in_catalog
from opening.models import Publication
from opening.policies import decide
from opening.services.checks import Check
from opening.services.release_check import failures, release_checks
from opening.services.report import report_of
from opening.signals import publication_moved
from opening.workflow import PUBLICATIONS
from portal.audit.wording import Sentence, Wording
from portal.kernel.actors import Actor, system_actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Invalid, Text
from portal.workflow.move import move

#: Verbs after which the public may read, or which ask for that.
_CHECKED = frozenset({"submit", "publish", "resume"})


def _move(actor: Actor, publication: Publication, verb: str, reason: str = "", **fields: object) -> Publication:
    if verb in _CHECKED:
        fresh = Publication.objects.select_related("resource__current_version", "resource__provider").get(
            pk=publication.pk
        )
        # Whoever may not do this is refused below, and nobody looks through a million rows for that.
        if fresh.state in PUBLICATIONS.transition(verb).sources and decide(actor, verb, fresh):
            fields["check_report"] = report_of(fresh, verb)
    return move(
        PUBLICATIONS,
        actor,
        publication,
        verb,
        decide=_decide_checked if verb in _CHECKED else decide,
        reason=reason,
        fields=fields,
        signal=publication_moved,
    )


def _decide_checked(actor: Actor, action: str, obj: Publication) -> Decision:
    """Decide and, where the verb is allowed, refuse an edition that fails the release check, under the row's lock."""
    decision = decide(actor, action, obj)
    if decision and obj.state in PUBLICATIONS.transition(action).sources:
        _require(failures(release_checks(obj)))
    return decision


def _require(failed: list[Check]) -> None:
    if failed:
        raise Invalid(
            _("The edition does not pass the release check yet."),
            code="release_check",
            fields={check.code: [_line(check)] for check in failed},
        )


def _line(check: Check) -> Text:
    return Sentence("%(subject)s: %(mend)s", subject=check.subject, mend=check.mend) if check.subject else check.mend


def submit(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Hand a draft in for release. Raises ``Invalid`` (``release_check``) with every rule that is not met."""
    return _move(actor, publication, "submit", reason, submitted_by_id=actor.user_id)


def publish(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Open an edition to the public; never by the person who submitted it.

    Raises ``Invalid`` (``release_check``), ``NotAllowed``, ``TransitionRefused``. Emits ``publication_moved``.
    """
    row = Publication.objects.select_related("resource__current_version", "resource__provider").get(pk=publication.pk)
    version = row.resource.current_version
    return _move(
        actor,
        publication,
        "publish",
        reason,
        published_at=row.published_at or timezone.now(),
        first_version=row.first_version or (version.number if version else None),
        schema_name=row.schema_name or row.resource.provider.slug,
    )


def return_(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Return a submitted edition for changes, with a reason."""
    return _move(actor, publication, "return", reason)


def suspend(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Take an edition off the public pages for the time being; rows stop at once."""
    return _move(actor, publication, "suspend", reason)


def resume(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Put a suspended edition back. Raises ``Invalid`` (``release_check``) when it no longer passes the check."""
    return _move(actor, publication, "resume", reason)


def revise(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Take a released edition back to a draft; it is not public until it is published again."""
    return _move(actor, publication, "revise", reason)


def withdraw(actor: Actor, *, publication: Publication, reason: str = "") -> Publication:
    """Withdraw an edition for good; its name stays taken."""
    return _move(actor, publication, "withdraw", reason)


def suspend_editions_of(*, resource: Resource) -> list[str]:
    """Suspend the open editions of a resource that may no longer be open; returns their names. Safe to repeat."""
    actor = system_actor("opening.suspend_editions")
    suspended: list[str] = []
    editions = Publication.objects.filter(resource=resource, state="published").select_related("resource__provider")
    for publication in editions:
        if reason := _why_closed(publication):
            suspend(actor, publication=publication, reason=reason)
            suspended.append(publication.name)
    return suspended


def _why_closed(publication: Publication) -> str:
    """Say why an open edition must leave the public pages now, or nothing when it may stay."""
    if not stands_in_catalog(publication.resource):
        return Wording(gettext_noop("The resource is no longer published in the catalog."))
    failed = failures(release_checks(publication))
    return Wording(_line(failed[0])) if failed else ""


VERBS = {
    "submit": submit,
    "return": return_,
    "publish": publish,
    "suspend": suspend,
    "resume": resume,
    "revise": revise,
    "withdraw": withdraw,
}
