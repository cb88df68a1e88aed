"""The stamp of a grant: another one after every change of anything by which its rows may be used, and every day."""

from catalog.selectors.stamps import DEPARTMENT, RESOURCE_JOINS, RESOURCE_MARKS, RESOURCE_TABLES, Stamp
from portal.kernel.places import Rows, mark, stamp_of
from portal.web.days import today

_TABLES = {
    "held": Rows("sharing_grant"),
    "provider": DEPARTMENT,
    "grantee": DEPARTMENT,
    "request": Rows("sharing_request"),
}
_ALL_TABLES = _TABLES | dict(RESOURCE_TABLES)
_GRANT = (
    f"SELECT {stamp_of({name: mark(name, rows) for name, rows in _TABLES.items()} | dict(RESOURCE_MARKS))} "  # noqa: S608  text of our own; the number is bound
    "FROM sharing_grant AS held "
    "JOIN catalog_resource AS resource ON resource.id = held.resource_id "
    "JOIN accounts_department AS provider ON provider.id = held.provider_id "
    "JOIN accounts_department AS grantee ON grantee.id = held.grantee_id "
    f"JOIN sharing_request AS request ON request.id = held.request_id {RESOURCE_JOINS} WHERE held.number = %s"
)


def grant_stamp(number: str) -> Stamp:
    """Return the stamp of a grant as of today."""
    return Stamp(_GRANT, (number,), _ALL_TABLES, today().isoformat())
