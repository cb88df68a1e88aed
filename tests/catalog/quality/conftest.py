"""What tests of quality begin with: a published resource, and a rule that stops its versions."""

import pytest

from catalog.data.quality import Severity
from catalog.models import QualityRule, Resource
from catalog.services import quality as services
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, GOOD, hand_in, own_rule
from tests.factories.catalog import resource_in


@pytest.fixture
def resource(cast: Cast) -> Resource:
    return resource_in(cast, "published")


@pytest.fixture
def strict(cast: Cast, resource: Resource) -> QualityRule:
    """A rule of severity block: names begin with 街道."""
    rule = own_rule(resource, severity=Severity.BLOCK)
    return services.set_rule(cast.actor("steward"), resource=resource, rule=rule)


@pytest.fixture
def pages(cast: Cast, resource: Resource) -> str:
    hand_in(cast, resource, DIRTY)
    hand_in(cast, resource, GOOD)
    return f"{resource.get_absolute_url()}quality/"
