"""The transition tables of license types and licenses."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from licenses.models import State, TypeState
from portal.workflow.table import Table, Transition

TYPE_TABLE = Table(
    name="licenses.type",
    states={str(code): label for code, label in TypeState.choices},
    initial=TypeState.DRAFT,
    final=frozenset({TypeState.RETIRED}),
    transitions=(
        Transition(
            "change",
            sources=(TypeState.DRAFT, TypeState.PUBLISHED),
            target=None,
            label=pgettext_lazy("license type", "Change"),
        ),
        Transition(
            "publish",
            sources=(TypeState.DRAFT, TypeState.PUBLISHED),
            target=TypeState.PUBLISHED,
            label=pgettext_lazy("license type", "Publish"),
        ),
        Transition(
            "retire",
            sources=(TypeState.PUBLISHED,),
            target=TypeState.RETIRED,
            label=pgettext_lazy("license type", "Retire"),
            needs_reason=True,
        ),
    ),
)

LICENSE_TABLE = Table(
    name="licenses.license",
    states={str(code): label for code, label in State.choices},
    initial=State.ISSUING,
    final=frozenset({State.REVOKED, State.CANCELLED, State.REVOKED_AS_PENALTY}),
    transitions=(
        Transition("issue", sources=(State.ISSUING,), target=State.VALID, label=pgettext_lazy("license", "Issue")),
        Transition(
            "change", sources=(State.VALID,), target=None, label=pgettext_lazy("license", "Change"), needs_reason=True
        ),
        Transition(
            "renew", sources=(State.VALID,), target=None, label=pgettext_lazy("license", "Renew"), needs_reason=True
        ),
        Transition(
            "withhold",
            sources=(State.VALID,),
            target=State.WITHHELD,
            label=pgettext_lazy("license", "Withhold"),
            needs_reason=True,
        ),
        Transition(
            "resume",
            sources=(State.WITHHELD,),
            target=State.VALID,
            label=pgettext_lazy("license", "Resume"),
            needs_reason=True,
        ),
        Transition(
            "revoke",
            sources=(State.VALID, State.WITHHELD),
            target=State.REVOKED,
            label=pgettext_lazy("license", "Revoke"),
            needs_reason=True,
        ),
        Transition(
            "revoke_as_penalty",
            sources=(State.VALID, State.WITHHELD),
            target=State.REVOKED_AS_PENALTY,
            label=pgettext_lazy("license", "Revoke as a penalty"),
            needs_reason=True,
        ),
        Transition(
            "cancel",
            sources=(State.VALID, State.WITHHELD),
            target=State.CANCELLED,
            label=pgettext_lazy("license", "Cancel the license"),
            needs_reason=True,
        ),
    ),
)

NEEDS_BASIS = frozenset({"withhold", "revoke", "revoke_as_penalty"})
