"""Rules of a resource: who sets them, what stays of their editions, what a trial saves."""

import pytest

from catalog.data.quality import Kind, Rule, Severity
from catalog.models import QualityRule, Resource
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from catalog.services import quality as services
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, GOOD, column, hand_in, own_rule
from tests.factories.catalog import resource_in
from tests.factories.uploads import version_of

pytestmark = pytest.mark.django_db


def test_rule_is_switched_off_with_a_reason_and_back_to_what_was_declared(cast: Cast, resource: Resource) -> None:
    steward, columns = cast.actor("steward"), item_columns(resource)
    key = f"filled:{column(resource, 'contact')}"
    line = selectors.rule_line(resource, columns, key)
    assert line is not None
    with pytest.raises(Invalid):
        services.set_rule(steward, resource=resource, rule=line.rule, key=key, is_on=False)
    services.set_rule(steward, resource=resource, rule=line.rule, key=key, is_on=False, reason="本就可以为空")
    assert key not in {rule.key for rule in selectors.rules_in_force(resource, columns)}
    report = selectors.report_of(version_of(hand_in(cast, resource, DIRTY)))
    assert report is not None
    assert key not in {one.rule.key for one in selectors.results_of(report)}
    services.reset_rule(steward, resource=resource, key=key)
    assert key in {rule.key for rule in selectors.rules_in_force(resource, columns)}
    with pytest.raises(NotFound):
        services.reset_rule(steward, resource=resource, key=key)
    with pytest.raises(NotFound):
        services.set_rule(steward, resource=resource, rule=line.rule, key="filled:c99")


def test_editions_of_a_rule_stay(cast: Cast, resource: Resource, strict: QualityRule) -> None:
    rule = own_rule(resource, params={"pattern": ".*"}, weight=3.0)
    second = services.set_rule(cast.actor("steward"), resource=resource, rule=rule, key=strict.key)
    assert [(one.number, one.is_current) for one in selectors.editions(resource, strict.key)] == [(2, True), (1, False)]
    line = selectors.rule_line(resource, item_columns(resource), strict.key)
    assert line is not None
    assert (line.rule.weight, line.rule.params, line.edition) == (3.0, {"pattern": ".*"}, second)


def test_implied_rule_keeps_what_it_asks(cast: Cast, resource: Resource) -> None:
    key, columns = f"length:{column(resource, 'code')}", item_columns(resource)
    rule = own_rule(resource, weight=5.0, severity=Severity.INFO)
    services.set_rule(cast.actor("steward"), resource=resource, rule=rule, key=key)
    line = selectors.rule_line(resource, columns, key)
    assert line is not None
    assert (line.rule.kind, line.rule.weight, line.rule.severity) == (Kind.LENGTH, 5.0, Severity.INFO)


def test_rules_are_set_by_data_officers_of_the_provider_only(cast: Cast, resource: Resource) -> None:
    for name in ("office_head", "coordinator", "holder", "outsider", "visitor"):
        with pytest.raises(NotAllowed):
            services.set_rule(cast.actor(name), resource=resource, rule=own_rule(resource))


def test_trial_saves_nothing(cast: Cast, resource: Resource) -> None:
    steward = cast.actor("steward")
    assert services.try_rule(steward, resource=resource, rule=own_rule(resource)) is None
    hand_in(cast, resource, DIRTY)
    found = services.try_rule(steward, resource=resource, rule=own_rule(resource))
    assert found is not None
    assert (found.total, found.failed) == (100, 60)
    assert not QualityRule.objects.exists()
    with pytest.raises(Invalid) as refused:
        services.try_rule(steward, resource=resource, rule=own_rule(resource, params={"pattern": "("}))
    assert list(refused.value.fields) == ["pattern"]


def test_values_are_compared_with_own_or_freely_shared_data_only(cast: Cast, resource: Resource) -> None:
    steward = cast.actor("steward")
    other = resource_in(cast, "published", "另一名录")
    hand_in(cast, other, GOOD)
    hand_in(cast, resource, GOOD + "220999999,街道x,李\n")

    def reference(code: str, name: str) -> Rule:
        return Rule(
            key="", kind=Kind.REFERENCE, columns=(column(resource, "code"),), params={"resource": code, "column": name}
        )

    found = services.try_rule(steward, resource=resource, rule=reference(other.code, "code"))
    assert found is not None
    assert (found.total, found.failed) == (101, 1)
    for code, name in (("000/000", "code"), (other.code, "nothing")):
        with pytest.raises(Invalid):
            services.try_rule(steward, resource=resource, rule=reference(code, name))
