"""What the page of a correction says: steps, buttons and refusals, as finished lists."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.kernel.actors import Actor
from portal.kernel.errors import Text
from portal.web.verbs import Verb, verbs_for
from portal.web.words import register
from sharing import policies
from sharing.models import Correction
from sharing.selectors.corrections import CorrectionPage, holder_of_correction
from sharing.views.words import problems_of
from sharing.workflow import CORRECTIONS

register(
    {
        "sharing.correction.file": gettext_lazy("Correction filed"),
        "sharing.correction.verify": gettext_lazy("Verification begun"),
        "sharing.correction.confirm": gettext_lazy("Errors confirmed"),
        "sharing.correction.tell": gettext_lazy("Other holders told"),
        "sharing.correction.receive": gettext_lazy("Receipt confirmed by another holder"),
        "sharing.correction.check": gettext_lazy("New version compared"),
        "sharing.correction.attach": gettext_lazy("Evidence attached"),
        "sharing.correction.read_evidence": gettext_lazy("Evidence read"),
    }
)
_STEPS: dict[str, tuple[int, Text, Text]] = {
    "filed": (1, gettext_lazy("Taken up by the provider"), gettext_lazy("verification by the provider")),
    "verifying": (2, gettext_lazy("Verification by the provider"), gettext_lazy("confirmation or refusal")),
    "confirmed": (3, gettext_lazy("Correction by the provider"), gettext_lazy("a new version with other values")),
}


def correction_context(actor: Actor, page: CorrectionPage, error: Exception | None = None) -> dict[str, Any]:
    """Return everything that ``sharing/correction.html`` prints."""
    correction = page.correction
    step = _STEPS.get(correction.state)
    verbs = correction_verbs(actor, correction)
    may_decide = any(verb.verb == "confirm" for verb in verbs)
    return {
        "page": page,
        "correction": correction,
        "resource_url": correction.resource.get_absolute_url(),
        "ticked": {shown.line.position for shown in page.lines},
        "step": _("Step %(number)d of 3: %(name)s") % {"number": step[0], "name": step[1]} if step else "",
        "next_step": step[2] if step else "",
        "holder": holder_of_correction(correction),
        "verbs": verbs,
        "may_decide": may_decide,
        "may_narrow": may_decide and len(page.lines) > 1,
        "refusals": _refusals(actor, correction),
        "may_attach": bool(policies.decide_correction(actor, "attach", correction)),
        "may_receive": bool(policies.decide_correction(actor, "receive", correction)),
        "problems": problems_of(error),
        "reason_error": str(error) if getattr(error, "code", "") == "reason_missing" else "",
        "todo": [name for number, name, _next in _STEPS.values() if step and number > step[0]],
    }


def correction_verbs(actor: Actor, correction: Correction) -> list[Verb]:
    """Return the buttons for the reader."""
    return verbs_for(
        actor,
        correction,
        CORRECTIONS,
        policies.decide_correction,
        lambda verb: reverse("sharing:correction_verb", args=[correction.number, verb]),
        tones={"verify": "p", "confirm": "p"},
    )


def _refusals(actor: Actor, correction: Correction) -> list[Text]:
    """Say why an answer that the reader's duty would allow is not offered."""
    verb = {"filed": "verify", "verifying": "confirm", "confirmed": "correct"}.get(correction.state)
    decision = policies.decide_correction(actor, verb, correction) if verb else None
    return [decision.reason] if decision is not None and decision.code == "own_correction" else []
