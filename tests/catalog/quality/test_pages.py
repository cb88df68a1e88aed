"""The pages of quality: rules chosen, tried and saved, and what was found."""

from typing import Any

import pytest

from catalog.data.quality import Kind
from catalog.models import Code, CodeSet, CodeSetVersion, QualityRule, QualityTicket, Resource
from catalog.selectors import quality as selectors
from catalog.selectors.columns import item_columns
from tests.cast import Cast
from tests.catalog.quality.handing import DIRTY, column, hand_in
from tests.factories.catalog import resource_in

pytestmark = pytest.mark.django_db


def test_rule_is_chosen_tried_and_saved_on_its_pages(cast: Cast, resource: Resource, pages: str) -> None:
    client = cast.client("steward")
    assert "?kind=pattern" in client.get(f"{pages}rules/new/").content.decode()
    data = {"columns": column(resource, "name"), "pattern": "街道1.*", "severity": "warn", "weight": "1",
            "threshold": "100", "dimension": "conformity"}  # fmt: skip
    tried = client.post(f"{pages}rules/new/?kind=pattern", data | {"try": "1"})
    assert (tried.status_code, QualityRule.objects.count()) == (200, 0)
    assert 'role="status"' in tried.content.decode()
    assert client.post(f"{pages}rules/new/?kind=pattern", data | {"pattern": "("}).status_code == 400
    assert client.post(f"{pages}rules/new/?kind=pattern", data).status_code == 302
    edition = QualityRule.objects.get()
    assert edition.content["params"] == {"pattern": "街道1.*"}
    page = f"{pages}rules/{edition.key}/"
    assert "街道1.*" in client.get(page).content.decode()
    off = client.post(page, data | {"reason": ""})
    assert off.status_code == 400
    assert client.post(page, data | {"reason": "试用"}).status_code == 302
    assert client.post(f"{page}reset/").status_code == 302
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("kind", [kind.value for kind in Kind])
def test_every_kind_has_its_form(cast: Cast, resource: Resource, pages: str, kind: str) -> None:
    assert cast.client("steward").get(f"{pages}rules/new/?kind={kind}").status_code == 200


@pytest.mark.parametrize(
    ("kind", "data", "params"),
    [
        ("values", {"values": "街道1\n街道2\n"}, {"values": ["街道1", "街道2"]}),
        ("length", {"least": "1", "most": "9"}, {"least": 1.0, "most": 9.0}),
        ("dirty", {"checks": ["spaces"]}, {"checks": ["spaces"]}),
        ("required", {}, {}),
        ("checksum", {"scheme": "uscc"}, {"scheme": "uscc"}),
        ("type", {"type": "D"}, {"type": "D"}),
        ("drift", {"limit": "0.3"}, {"limit": 0.3}),
    ],
)
def test_what_is_filled_in_becomes_the_rule(
    cast: Cast, resource: Resource, pages: str, kind: str, data: dict[str, Any], params: dict[str, Any]
) -> None:
    counted = {"severity": "info", "weight": "2", "threshold": "50", "dimension": "accuracy"}
    sent = {"columns": column(resource, "name")} | counted | data
    assert cast.client("steward").post(f"{pages}rules/new/?kind={kind}", sent).status_code == 302
    content = QualityRule.objects.get().content
    assert (content["params"], content["weight"], content["threshold"]) == (params, 2.0, 50.0)
    assert (content["severity"], content["dimension"]) == ("info", "accuracy")


def test_rule_on_a_code_set_asks_for_the_codes_of_the_day(cast: Cast, resource: Resource, pages: str) -> None:
    streets = CodeSet.objects.create(code="streets", name_zh="街道")
    codes = CodeSetVersion.objects.create(code_set=streets, number="1", state="in_force")
    Code.objects.create(version=codes, code="街道1", position=1)
    sent = {"columns": column(resource, "name"), "code_set": "streets", "values": ""}
    sent |= {"severity": "warn", "weight": "1", "threshold": "100", "dimension": "conformity"}
    assert cast.client("steward").post(f"{pages}rules/new/?kind=values", sent).status_code == 302
    params = QualityRule.objects.get().content["params"]
    assert params == {"code_set": "streets", "values": ["街道1"]}

    def allowed() -> Any:
        rules = selectors.rules_in_force(resource, item_columns(resource))
        return next(rule.params["values"] for rule in rules if rule.params.get("code_set"))

    Code.objects.create(version=codes, code="街道2", position=2)
    assert allowed() == ["街道1", "街道2"]
    CodeSetVersion.objects.update(state="withdrawn")
    assert allowed() == ["街道1"]


def test_description_in_the_works_shows_its_points(cast: Cast) -> None:
    resource = resource_in(cast, "draft")
    page = cast.client("steward").get(f"{resource.get_absolute_url()}edit/")
    met = sum(point.points for point in selectors.metadata_points(resource, str) if point.is_met)
    assert page.context["points"] == met
    assert f"{met} of {page.context['possible']} points" in page.content.decode()


def test_comparison_of_columns_is_filled_in(cast: Cast, resource: Resource, pages: str) -> None:
    code, name = column(resource, "code"), column(resource, "name")
    counted = {"severity": "warn", "weight": "1", "threshold": "100", "dimension": "consistency"}
    sent = counted | {"when_left": name, "when_op": "filled", "then_left": code, "then_op": "ne", "then_column": name}
    client = cast.client("steward")
    assert client.post(f"{pages}rules/new/?kind=expression", sent).status_code == 302
    edition = QualityRule.objects.get()
    assert edition.content["params"]["then"] == [{"left": {"column": code}, "op": "ne", "right": {"column": name}}]
    assert client.get(f"{pages}rules/{edition.key}/").status_code == 200


def test_a_broken_rule_that_costs_next_to_nothing_is_not_called_satisfied(
    cast: Cast, resource: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in(cast, resource, DIRTY)
    client, page = cast.client("steward"), f"{resource.get_absolute_url()}quality/"
    assert "What costs most" in client.get(page).content.decode()
    monkeypatch.setattr(selectors, "LEAST_LOSS", 101.0)
    text = client.get(page).content.decode()
    assert "marked below" in text
    assert "Every rule is satisfied" not in text


def test_pages_of_quality_show_what_was_found(cast: Cast, resource: Resource, pages: str) -> None:
    steward, coordinator = cast.client("steward"), cast.client("coordinator")
    page = steward.get(pages).content.decode()
    assert "<polyline" in page
    assert page.count("<h1") == 1
    assert steward.post(f"{pages}check/").status_code == 302
    assert "<td" not in steward.get(f"{pages}rows/dirty:{column(resource, 'name')}/").content.decode()
    assert steward.get(f"{pages}rows/nothing/").status_code == 404
    assert "405" in steward.get(f"{pages}description/").content.decode()
    assert coordinator.post(f"{pages}ticket/", {"note": "联系人缺失"}).status_code == 302
    ticket = QualityTicket.objects.get(cause="coordinator")
    assert ticket.number in steward.get("/catalog/tickets/?all=1").content.decode()
    assert "联系人缺失" in steward.get(ticket.get_absolute_url()).content.decode()
    act = f"{ticket.get_absolute_url()}act/"
    assert steward.post(f"{act}mend/").status_code == 400
    assert steward.post(f"{act}mend/", {"reason": "已补全"}).status_code == 302
    assert steward.post(f"{act}dance/").status_code == 404
    assert "Department of Civil Affairs" in steward.get("/catalog/quality/?sort=score").content.decode()
    assert resource.code in steward.get("/catalog/quality/descriptions/").content.decode()
    exported = b"".join(steward.get("/catalog/quality/export/csv/").streaming_content).decode("utf-8-sig")
    assert "省民政厅" in exported
    assert steward.get("/catalog/quality/export/pdf/").status_code == 404
