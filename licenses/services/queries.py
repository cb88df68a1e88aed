"""Queries by holder for officials: of the types their department defines or issues, with a cause, on record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from licenses import policies
from licenses.models import HolderCodeType, License, LicenseType, State
from licenses.seals.holders import holder_index, plain
from licenses.seals.keyring import keyring
from portal.audit.record import record
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotAllowed

LONGEST_CAUSE = 200
NOT_AUTHENTICATED = "11"
PARAMETER_MISSING = "12"
NO_PERMISSION = "100"
BAD_CODE_TYPE = "103"
BAD_TYPE = "113"


def query_by_holder(
    actor: Actor, *, type_code: str, holder_code_type: str, holder_code: str, cause: str
) -> list[License]:
    """Find the licenses of one type that a holder has, for a stated cause.

    The codes of the errors are those of the sharing interface as practised (domain.md §4).

    Writes an audit record with type, cause and number of hits; never the holder's code.

    Raises:
        Invalid: 12 the cause is missing or too long, 103 no such kind of holder code, 113 no such type.
        NotAllowed: 100 the actor's department neither defines nor issues the type.
    """
    if not 0 < len(cause.strip()) <= LONGEST_CAUSE:
        raise Invalid(fields={"cause": [_("State the cause of use, at most 200 characters.")]}, code=PARAMETER_MISSING)
    if holder_code_type not in HolderCodeType.values:
        raise Invalid(fields={"holder_code_type": [_("There is no such kind of holder code.")]}, code=BAD_CODE_TYPE)
    type_ = LicenseType.objects.filter(code=type_code).exclude(version=0).first()
    if type_ is None:
        raise Invalid(fields={"type": [_("There is no such license type.")]}, code=BAD_TYPE)
    decision = policies.decide(actor, "query", type_)
    if not decision:
        record(actor, action="licenses.type.query", obj=type_, outcome="refused", reason=str(decision.reason))
        raise NotAllowed(decision.reason, code=NO_PERMISSION)
    index = holder_index(keyring().vault, code_type=holder_code_type, code=plain(holder_code))
    found = list(
        License.objects.filter(type=type_, holder_index=index)
        .exclude(state=State.ISSUING)
        .select_related("type", "issuer")
    )
    record(actor, action="licenses.type.query", obj=type_, reason=cause.strip(), details={"found": len(found)})
    return found
