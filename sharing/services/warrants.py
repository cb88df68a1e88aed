"""Turns a grant into the warrant that the gate asks for: plan of today, fresh policy, mask key, ledger of use."""

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import columns_from_json
from catalog.gate import Warrant, WarrantKind
from catalog.models import Version
from portal.audit.drafts import Line
from portal.kernel.actors import Actor
from portal.kernel.decisions import Decision
from portal.kernel.errors import Conflict, NotAllowed
from sharing import policies
from sharing.models import Grant
from sharing.services.plans import plan_today


def mask_key(grant: Grant) -> bytes:
    """Derive the grant's key of pseudonyms: HMAC-SHA256 of its number under the installation's SECRET_KEY.

    It is stored nowhere. Two grants never share pseudonyms, so receivers cannot join what they hold.
    """
    return salted_hmac("sharing.grant.mask", grant.number, algorithm="sha256").digest()


def warrant_for(grant: Grant, received: Version | None = None) -> Warrant:
    """Return the warrant of a grant on the current version of its resource, or on one it was ``received`` in before.

    Whether the department did receive that version is for the caller to ask.

    The policy inside reads the grant, its resource and items afresh at each call.
    Raises ``Conflict`` while there is no data, ``NotAllowed`` when no granted item may leave any more.
    """
    version = received or grant.resource.current_version
    if version is None:
        raise Conflict(_("The resource has no data yet."), code="no_version")
    names = [column.name for column in columns_from_json(version.columns)]
    plan = plan_today(DeliveryPlan.from_json(grant.plan), grant.resource.items.all(), names)
    if plan is None:
        raise NotAllowed(_("None of the granted items may be shared any more."), code="above_ceiling")
    pk = grant.pk

    def decide(actor: Actor) -> Decision:
        fresh = Grant.objects.select_related("resource", "provider").get(pk=pk)
        return policies.decide(actor, "use", fresh)

    return Warrant(
        kind=WarrantKind.GRANT,
        number=grant.number,
        version=version,
        plan=plan,
        decide=decide,
        mask_key=mask_key(grant),
        purpose=grant.purpose,
        subject=grant,
        filename=grant.number,
        ledger=use_line(grant, version),
    )


_USE = "sharing_grantuse (grant_id, version_id, user_id, row_count, at, actor_name, form, plan_hash, columns)"
_TOLD = "actor_id, rows, at, actor_name, details ->> 'form', details ->> 'plan', details -> 'columns'"
# A line that misses its grant or version is refused, so whoever is named must be there; none of their rows is locked.
_VALUES = (
    "(SELECT held.id FROM sharing_grant AS held WHERE held.id = CAST(%s AS bigint) "  # noqa: S608  text of our own; the numbers are bound
    "AND (actor_id IS NULL OR EXISTS (SELECT FROM accounts_user AS person WHERE person.id = actor_id))), "
    f"(SELECT version.id FROM catalog_version AS version WHERE version.id = CAST(%s AS bigint)), {_TOLD}"
)
# The stamps of grant and key hold all three.
_PROVED = f"CAST(%s AS bigint), CAST(%s AS bigint), {_TOLD}"


def use_line(grant: Grant, version: Version) -> Line:
    """Give one line of the ledger of use (Order 809 art 29): who had how much when is what the record says."""
    return Line(_USE, _VALUES, _PROVED, (str(grant.pk), str(version.pk)))
