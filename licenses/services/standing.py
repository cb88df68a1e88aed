"""Writes that change where a license stands: withhold, resume, revoke, revoke as a penalty, cancel."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from licenses import policies, signals
from licenses.models import License
from licenses.seals.keyring import keyring
from licenses.seals.records import stamp_standing
from licenses.workflow import LICENSE_TABLE, NEEDS_BASIS
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid
from portal.workflow.move import move


def withhold_license(actor: Actor, *, license: License, reason: str, basis: str) -> License:
    """Withhold a license for a time (暂扣), with reason and legal basis. Raises as `_stand`."""
    return _stand(actor, license, "withhold", reason=reason, basis=basis)


def resume_license(actor: Actor, *, license: License, reason: str, basis: str = "") -> License:
    """Give a withheld license back to its holder. Raises as `_stand`."""
    return _stand(actor, license, "resume", reason=reason, basis=basis)


def revoke_license(actor: Actor, *, license: License, reason: str, basis: str) -> License:
    """Revoke a license because it was granted unlawfully (撤销), with reason and legal basis. Raises as `_stand`."""
    return _stand(actor, license, "revoke", reason=reason, basis=basis)


def revoke_license_as_penalty(actor: Actor, *, license: License, reason: str, basis: str) -> License:
    """Revoke a license as an administrative penalty (吊销), with reason and legal basis. Raises as `_stand`."""
    return _stand(actor, license, "revoke_as_penalty", reason=reason, basis=basis)


def cancel_license(actor: Actor, *, license: License, reason: str, basis: str = "") -> License:
    """Cancel a license (注销), for example because its holder gave it up. Raises as `_stand`."""
    return _stand(actor, license, "cancel", reason=reason, basis=basis)


def _stand(actor: Actor, license_: License, verb: str, *, reason: str, basis: str) -> License:
    """Move a license and stamp its new standing.

    Locks and writes the license. Emits `license_moved`.

    Raises:
        NotAllowed, TransitionRefused, ReasonMissing: as `portal.workflow.move.move` says.
        Invalid: the verb needs a legal basis and none was given.
    """
    if verb in NEEDS_BASIS and policies.decide(actor, verb, license_) and not basis.strip():
        raise Invalid(fields={"basis": [_("Name the legal basis: the document and its article.")]})
    since = timezone.now()
    stamp = stamp_standing(keyring(), license_.standing(LICENSE_TABLE.transition(verb).target, since))
    return move(
        LICENSE_TABLE, actor, license_, verb, decide=policies.decide, reason=reason,
        fields={"state_since": since, "state_stamp": stamp}, details={"basis": basis.strip()[:300]},
        signal=signals.license_moved,
    )  # fmt: skip
