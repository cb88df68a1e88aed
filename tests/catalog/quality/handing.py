"""Files handed in and judged, for the tests of quality: good ones, dirty ones, and what was found in them."""

from typing import Any

from catalog.data.quality import Kind, Rule
from catalog.models import QualityReport, Resource, Upload
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories import uploads

MACHINE = system_actor("tests")
GOOD = "".join(f"2201{n:05d},街道{n},张{n}\n" for n in range(100))
DIRTY = "".join(f"2201{n:05d},{'测试' if n < 60 else f'街道{n}'},\n" for n in range(100))


def hand_in(cast: Cast, resource: Resource, rows: str) -> Upload:
    return uploads.hand_in(cast, resource, "街道代码,街道名称,联系人\n" + rows)


def column(resource: Resource, name: str) -> str:
    return next(one.id for one in item_columns(resource) if one.name == name)


def result(report: QualityReport | None, key: str) -> Any:
    assert report is not None
    return next(one for one in selectors.results_of(report) if one.rule.key == key)


def own_rule(resource: Resource, **fields: Any) -> Rule:
    known: dict[str, Any] = {
        "kind": Kind.PATTERN,
        "columns": (column(resource, "name"),),
        "params": {"pattern": "街道.*"},
    }
    return Rule(key="", **(known | fields))
