"""Data as an asset: its sheet, its life cycle read from the records, its costs, the register."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import AssetCost, AssetSheet, Resource, StagePlan
from catalog.selectors import assets as selectors
from catalog.services.assets import edit_asset, plan_stages, set_cost
from portal.audit.models import Entry
from portal.kernel.errors import Invalid, NotAllowed
from tests.cast import Cast
from tests.factories import opening as opening_factory
from tests.factories import sharing as sharing_factory
from tests.factories.catalog import resource_in


@pytest.fixture
def published(cast: Cast) -> Resource:
    """A published resource without data."""
    return resource_in(cast)


def _stage(resource: Resource, code: str) -> selectors.Stage:
    asset = selectors.asset_of(resource, with_costs=True)
    return next(stage for stage in asset.stages if stage.code == code)


def test_the_sheet_keeps_what_records_cannot_know(cast: Cast, published: Resource) -> None:
    edit_asset(cast.actor("steward"), resource=published, value_statement="办理区划变更。", system_name="区划系统")
    sheet = AssetSheet.objects.get(resource=published)
    assert (sheet.value_statement, sheet.system_name) == ("办理区划变更。", "区划系统")
    entry = Entry.objects.filter(action="catalog.edit_asset").get()
    assert entry.details == {"fields": ["system_name", "value_statement"]}


def test_an_unchanged_sheet_writes_no_record(cast: Cast, published: Resource) -> None:
    for _time in range(2):
        edit_asset(cast.actor("steward"), resource=published, system_name="区划系统")
    assert Entry.objects.filter(action="catalog.edit_asset").count() == 1


@pytest.mark.parametrize("name", ["office_head", "coordinator", "holder", "outsider", "auditor"])
def test_only_a_data_officer_of_the_provider_keeps_the_sheet(cast: Cast, published: Resource, name: str) -> None:
    with pytest.raises(NotAllowed):
        edit_asset(cast.actor(name), resource=published, system_name="x")
    with pytest.raises(NotAllowed):
        set_cost(cast.actor(name), resource=published, year=2025, kind="storage", amount=Decimal(1))


def test_a_retention_period_needs_its_basis(cast: Cast, published: Resource) -> None:
    with pytest.raises(Invalid) as refused:
        edit_asset(cast.actor("steward"), resource=published, keep_until=date(2035, 1, 1))
    assert set(refused.value.fields) == {"keep_basis"}


def test_unknown_fields_and_codes_are_refused(cast: Cast, published: Resource) -> None:
    with pytest.raises(Invalid) as refused:
        edit_asset(cast.actor("steward"), resource=published, title_zh="x")
    assert set(refused.value.fields) == {"title_zh"}
    with pytest.raises(Invalid):
        edit_asset(cast.actor("steward"), resource=published, collection_method="stolen")


def test_stages_are_read_from_the_records(cast: Cast) -> None:
    resource = sharing_factory.resource(cast)
    assert _stage(resource, "shared").reached_on is None
    grant = sharing_factory.grant(cast, resource)
    edition = opening_factory.edition_in(cast, "published", resource=resource, items=["code", "name", "city"])
    today = timezone.localdate()
    reached = {stage.code: stage.reached_on for stage in selectors.asset_of(resource, with_costs=False).stages}
    assert reached == {
        "collected": None,
        "cataloged": today,
        "integrated": today,
        "shared": grant.valid_from,
        "opened": timezone.localdate(edition.published_at),
        "used": grant.valid_from,
        "archived": None,
        "retired": None,
    }


def test_planned_stages_are_late_once_their_day_is_over(cast: Cast, published: Resource) -> None:
    today = timezone.localdate()
    plan_stages(
        cast.actor("steward"),
        resource=published,
        planned={"shared": today - timedelta(days=1), "opened": today + timedelta(days=30), "cataloged": today},
        reached={"collected": today - timedelta(days=400), "archived": None},
    )
    states = {code: _stage(published, code).state for code in ("shared", "opened", "cataloged", "collected", "used")}
    assert states == {
        "shared": "late",
        "opened": "planned",
        "cataloged": "done",
        "collected": "done",
        "used": "open",
    }
    plan_stages(cast.actor("steward"), resource=published, planned=dict.fromkeys(("shared", "opened")), reached={})
    assert set(StagePlan.objects.values_list("stage", flat=True)) == {"cataloged", "collected"}


def test_a_day_the_records_know_is_not_entered(cast: Cast, published: Resource) -> None:
    with pytest.raises(Invalid) as refused:
        plan_stages(cast.actor("steward"), resource=published, planned={}, reached={"shared": date(2020, 1, 1)})
    assert set(refused.value.fields) == {"reached_shared"}
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(Invalid):
        plan_stages(cast.actor("steward"), resource=published, planned={}, reached={"collected": tomorrow})


def test_costs_are_kept_by_year_and_kind_and_can_be_taken_away(cast: Cast, published: Resource) -> None:
    steward = cast.actor("steward")
    set_cost(steward, resource=published, year=2024, kind="storage", amount=Decimal("100.50"))
    set_cost(steward, resource=published, year=2025, kind="storage", amount=Decimal(200), note="扩容")
    set_cost(steward, resource=published, year=2025, kind="collection", amount=Decimal(50))
    set_cost(steward, resource=published, year=2025, kind="storage", amount=Decimal(300))
    asset = selectors.asset_of(published, with_costs=True)
    assert [(line.year, line.total) for line in asset.costs] == [(2025, Decimal(350)), (2024, Decimal("100.50"))]
    assert asset.total_cost == Decimal("450.50")
    set_cost(steward, resource=published, year=2024, kind="storage", amount=None)
    assert AssetCost.objects.filter(year=2024).count() == 0
    last = Entry.objects.filter(action="catalog.set_cost").order_by("-id")[0]
    assert last.details == {"year": 2024, "kind": "storage", "before": "100.50", "after": None}


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("year", {"year": 1989}),
        ("year", {"year": 2999}),
        ("kind", {"kind": "gold"}),
        ("amount", {"amount": Decimal(-1)}),
    ],
)
def test_impossible_costs_are_refused(cast: Cast, published: Resource, field: str, facts: dict[str, object]) -> None:
    given = {"year": 2025, "kind": "storage", "amount": Decimal(1)} | facts
    with pytest.raises(Invalid) as refused:
        set_cost(cast.actor("steward"), resource=published, **given)
    assert set(refused.value.fields) == {field}


def test_costs_are_for_keepers_only(cast: Cast, published: Resource) -> None:
    set_cost(cast.actor("steward"), resource=published, year=2025, kind="storage", amount=Decimal("12345.00"))
    url = f"/catalog/{published.address}/asset/"
    assert "12,345" in cast.client("steward").get(url).text
    page = cast.client("outsider").get(url)
    assert page.status_code == 200
    assert "12,345" not in page.text


def test_the_register_adds_up_what_one_accounts_for(cast: Cast) -> None:
    resource = sharing_factory.resource(cast)
    sharing_factory.grant(cast, resource)
    set_cost(cast.actor("steward"), resource=resource, year=2025, kind="storage", amount=Decimal(70))
    found = selectors.asked(cast.actor("steward"), resource.code)
    (line,) = selectors.asset_lines(list(found))
    version = resource.versions.get()
    assert (line.rows, line.stored.bytes, line.cost) == (version.row_count, version.byte_count, Decimal(70))
    assert (line.use.grants, line.use.departments) == (1, 1)
    totals = selectors.asset_totals(found)
    assert (totals.resources, totals.rows, totals.cost) == (1, version.row_count, Decimal(70))
    assert not selectors.asked(cast.actor("outsider"), "").exists()
    assert selectors.asked(cast.actor("coordinator"), "").exists()


def test_the_register_is_for_data_offices(cast: Cast) -> None:
    for name in ("auditor", "license_officer", "system_admin"):
        with pytest.raises(NotAllowed):
            selectors.asked(cast.actor(name), "")


def test_the_register_leaves_as_a_table_without_formulas(cast: Cast, published: Resource) -> None:
    edit_asset(cast.actor("steward"), resource=published, value_statement="=HYPERLINK(1)")
    answer = cast.client("steward").get("/catalog/assets/export/csv/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert published.code in text
    assert "'=HYPERLINK(1)" in text
    book = b"".join(cast.client("steward").get("/catalog/assets/export/xlsx/").streaming_content)
    assert book.startswith(b"PK")


def test_pages_save_and_say_what_is_wrong(cast: Cast, published: Resource) -> None:
    client, base = cast.client("steward"), f"/catalog/{published.address}/asset/"
    assert client.post(f"{base}edit/", {"keep_until": "2035-01-01"}).status_code == 400
    assert client.post(f"{base}edit/", {"value_statement": "有用。"}).status_code == 302
    assert client.post(f"{base}cost/", {"year": 2025, "kind": "storage", "amount": "9.999"}).status_code == 400
    assert client.post(f"{base}cost/", {"year": 2025, "kind": "storage", "amount": "9.99"}).status_code == 302
    assert client.post(f"{base}stages/", {"planned_opened": "2031-05-01"}).status_code == 302
    text = client.get(base).text
    assert "有用。" in text
    assert "9.99" in text
    assert 'data-state="planned"' in text


def test_the_api_lists_assets(cast: Cast, published: Resource) -> None:
    answer = cast.client("steward").get("/api/v1/catalog/assets/", {"q": published.code}).json()
    (line,) = answer["results"]
    assert (line["code"], line["cost"], line["grants"]) == (published.code, "0", 0)
    assert cast.client("auditor").get("/api/v1/catalog/assets/").status_code == 403
