"""Finding the rows in which a rule is broken, for those who may see rows: they leave through the gate."""

import tempfile
from pathlib import Path

from catalog.data.plan import AskedPlan, Condition
from catalog.data.quality import Rule, failing_values
from catalog.gate import Delivery, release
from catalog.models import Resource
from catalog.selectors.quality import columns_of
from catalog.services.preview import preview_warrant
from catalog.services.quality.tables import table_of_version
from portal.kernel.actors import Actor

ROWS = 50


def failing_rows(actor: Actor, *, resource: Resource, rule: Rule) -> Delivery | None:
    """Release the first rows of the current version that hold the values at fault; None where there are none.

    Reads nothing before the gate has let the actor in. Raises NotAllowed, NotFound (no data), EngineLimit.
    """
    warrant = preview_warrant(resource)
    release(actor, warrant, AskedPlan(limit=1))
    with tempfile.TemporaryDirectory(prefix="songhua-rows-") as name:
        folder = Path(name)
        with table_of_version(warrant.version, [rule], folder) as table:
            found = failing_values(table, rule, folder) if table.paths else None
    if found is None:
        return None
    column, values = found
    named = next(one.name for one in columns_of(warrant.version) if one.id == column)
    condition = Condition(named, "in", values) if values else Condition(named, "null", True)  # noqa: FBT003 - JSON's true
    return release(actor, warrant, AskedPlan(filters=(condition,), limit=ROWS))
