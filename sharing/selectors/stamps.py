"""The stamp of a grant: another one after every change of anything by which its rows may be used, and every day."""

from django.utils import timezone

from catalog.selectors.stamps import RESOURCE_JOINS, RESOURCE_MARKS, Stamp

_GRANT = (
    "SELECT CAST(ROW(held.xmin, held.ctid, provider.xmin, provider.ctid, "  # noqa: S608  text of our own; the number is bound
    "grantee.xmin, grantee.ctid, request.xmin, request.ctid, "
    f"{RESOURCE_MARKS}) AS text) FROM sharing_grant AS held "
    "JOIN catalog_resource AS resource ON resource.id = held.resource_id "
    "JOIN accounts_department AS provider ON provider.id = held.provider_id "
    "JOIN accounts_department AS grantee ON grantee.id = held.grantee_id "
    f"JOIN sharing_request AS request ON request.id = held.request_id {RESOURCE_JOINS} WHERE held.number = %s"
)


def grant_stamp(number: str) -> Stamp:
    """Return the stamp of a grant as of today."""
    return Stamp(_GRANT, (number,), str(timezone.localdate()))
