"""What the public sees: search, dataset, explorer, organizations; and what it never sees."""

import json
import re
from typing import Any
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.test import Client

from catalog import services as catalog_services
from opening import services
from opening.models import EditionCount, Publication
from portal.accounts.actors import actor_for
from portal.kernel.actors import Actor
from tests.cast import Cast
from tests.factories.opening import edition_in, resource_with_data

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def edition(cast: Cast) -> Publication:
    return edition_in(cast, limits_zh="不含已撤销的街道")


def pages_of(edition: Publication) -> list[str]:
    home = f"/dataset/{edition.name}"
    return [
        "/dataset/",
        home,
        f"{home}/data",
        f"{home}/fields",
        f"{home}/versions",
        f"{home}/resource/{edition.file_id}",
        "/organization/",
        "/organization/provider",
        "/group/community-governance",
    ]


def test_every_public_page_answers_with_one_heading(client: Client, edition: Publication) -> None:
    for address in pages_of(edition):
        answer = client.get(address, **EN)
        text = answer.content.decode()
        assert answer.status_code == 200, address
        assert text.count("<h1") == 1, address
        assert len(answer.content) < 30 * 1024, address
        assert " style=" not in text, address


def test_public_pages_never_show_what_was_not_opened(client: Client, edition: Publication) -> None:
    catalog_note = ("contact_person", "联系人", "秘密", "用于履行职责", "不涉密", "仅用于办理", edition.resource.code)
    for address in pages_of(edition):
        text = client.get(address).content.decode()
        assert not [word for word in catalog_note if word in text], address


def test_public_pages_take_eight_queries_at_most_however_many_editions(
    cast: Cast, client: Client, edition: Publication, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        edition_in(cast, name=f"more-{number}", resource=edition.resource)
    for address in [*pages_of(edition), "/dataset/?q=街道", "/dataset/?q=没有&cycle=7"]:
        client.get(address)
        with django_assert_max_num_queries(8):
            assert client.get(address).status_code == 200
        cache.clear()
        with django_assert_max_num_queries(8):
            client.get(address)


def test_count_is_right_at_once_after_a_release(
    cast: Cast, client: Client, edition: Publication, django_capture_on_commit_callbacks: Any
) -> None:
    assert "<b>1</b> dataset<" in client.get("/dataset/", **EN).content.decode()
    with patch("opening.receivers.prepare_edition_files"), django_capture_on_commit_callbacks(execute=True):
        services.suspend(cast.actor("office_head"), publication=edition, reason="核查")
    assert "Nothing was found" in client.get("/dataset/", **EN).content.decode()


@pytest.mark.parametrize(
    ("state", "status"),
    [("draft", 404), ("submitted", 404), ("returned", 404), ("suspended", 404), ("withdrawn", 410)],
)
def test_edition_that_is_not_open_does_not_exist_for_the_public(
    cast: Cast, client: Client, state: str, status: int
) -> None:
    edition = edition_in(cast, state)
    for address in [a for a in pages_of(edition) if "/dataset/j" in a]:
        assert client.get(address).status_code == status, address
    file = f"/dataset/{edition.name}/resource/{edition.file_id}/download/{edition.name}.csv"
    assert client.get(file).status_code == status
    assert client.get(f"/datastore/dump/{edition.file_id}").status_code == status
    assert edition.title_zh not in client.get("/dataset/").content.decode()
    assert cast.client("outsider").get(f"/dataset/{edition.name}").status_code == status


def test_provider_previews_a_draft_as_the_public_will_see_it(cast: Cast) -> None:
    edition = edition_in(cast, "draft")
    answer = cast.client("steward").get(f"/dataset/{edition.name}", **EN)
    assert answer.status_code == 200
    assert 'data-state="draft"' in answer.content.decode()
    table = cast.client("office_head").get(f"/dataset/{edition.name}/resource/{edition.file_id}")
    assert "自强街道" in table.content.decode()
    assert not EditionCount.objects.exists()


def test_edition_disappears_when_an_item_is_closed_in_the_catalog(client: Client, edition: Publication) -> None:
    edition.items.filter(code="name").update(opening_type=3)
    assert client.get(f"/dataset/{edition.name}").status_code == 404
    assert client.get(f"/datastore/dump/{edition.file_id}").status_code == 404


def test_search_finds_by_words_pinyin_fields_and_department(client: Client, edition: Publication) -> None:
    for words in ("街道", "乡镇名录", "jlsjdxzml", "jilin", "Streets", "人口", "民政厅"):
        text = client.get("/dataset/", {"q": words}, **EN).content.decode()
        assert re.search(r'role="status"><b>1</b> dataset<', text), words


def test_closed_item_is_not_searchable(client: Client, edition: Publication) -> None:
    assert "Nothing was found" in client.get("/dataset/", {"q": "联系人"}, **EN).content.decode()


def test_facets_narrow_and_chips_widen(cast: Cast, client: Client, edition: Publication) -> None:
    other = resource_with_data(cast, "年度统计表", update_cycle=4, title_en="Yearly table")
    edition_in(cast, name="yearly", resource=other, license_code="CC0-1.0")
    both = client.get("/dataset/", **EN).content.decode()
    assert "<b>2</b> datasets" in both
    assert 'name="license" value="CC0-1.0"' in both
    one = client.get("/dataset/", {"license": "CC0-1.0", "cycle": ["4", "7"]}, **EN).content.decode()
    assert "<b>1</b> dataset<" in one
    assert one.count('class="chip"') == 4
    none = client.get("/dataset/", {"license": "CC0-1.0", "q": "名录"}, **EN).content.decode()
    assert "Keep the filters, leave the words out" in none


def test_wrong_parameter_is_refused_by_name(client: Client, edition: Publication) -> None:
    queries = {"color=red": "color", "sort=size": "sort", "page=x": "page", "cycle=99": "cycle", "q=a&q=b": "q"}
    for query, name in queries.items():
        answer = client.get(f"/dataset/?{query}", **EN)
        assert answer.status_code == 400, query
        assert name in answer.content.decode(), query


def test_structured_data_is_valid_json_and_only_of_open_items(client: Client, edition: Publication) -> None:
    services.revise(edition_actor(edition), publication=edition, reason="x")
    services.edit_publication(edition_actor(edition), publication=edition, summary_zh="</script><b>&")
    text = client_of(edition).get(f"/dataset/{edition.name}").content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found[1])
    assert data["@type"] == "Dataset"
    assert data["description"] == "</script><b>&"
    assert [value["name"] for value in data["variableMeasured"]] == ["code", "name", "population", "founded"]
    assert len(data["distribution"]) == 4


def edition_actor(edition: Publication) -> Actor:
    return actor_for(edition.created_by)


def client_of(edition: Publication) -> Client:
    client = Client()
    client.force_login(edition.created_by, backend="django.contrib.auth.backends.ModelBackend")
    return client


def table(text: str) -> list[list[str]]:
    rows = re.search(r"<tbody>(.*?)</tbody>", text, re.DOTALL)
    assert rows
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", rows[1], re.DOTALL)
    ]


def test_explorer_filters_sorts_and_pages_without_script(client: Client, edition: Publication) -> None:
    address = f"/dataset/{edition.name}/resource/{edition.file_id}"
    form = client.get(address, {"add_column": "name", "add_op": "like", "add_value": "街道", "q": ""})
    assert form.status_code == 302
    assert form["Location"].endswith("?filter=name%3Alike%3A%E8%A1%97%E9%81%93")
    sorted_ = client.get(address, {"filter": "population:gt:20000", "order": "-population"}, **EN).content.decode()
    assert [row[0] for row in table(sorted_)] == ["220102002", "220102001", "220302001"]
    assert 'aria-sort="descending"' in sorted_
    assert "/api/v1/opening/editions/jilin-streets/rows?filter=population:gt:20000&amp;order=-population" in sorted_
    assert "filter=population%3Agt%3A20000&amp;sort=population+desc" in sorted_
    first = client.get(address, {"limit": "2", "order": "code"}, **EN).content.decode()
    assert "Rows 1–2 of <b>5</b>" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&"), **EN).content.decode()
    assert "Rows 3–4 of <b>5</b>" in second
    assert [row[0] for row in table(second)] == ["220102003", "220302001"]
    empty = client.get(address, {"add_column": "population", "add_op": "empty", "add_value": ""}, follow=True)
    assert len(table(empty.content.decode())) == 1
    narrow = client.get(address, {"columns": ["code", "name"]}).content.decode()
    assert len(table(narrow)[0]) == 2


def test_explorer_refuses_what_lies_outside_the_edition(client: Client, edition: Publication) -> None:
    hidden = ("filter=contact_person:eq:x", "columns=contact_person", "order=contact_person")
    for query in (*hidden, "filter=x", "limit=500", "at=0", "z=1"):
        answer = client.get(f"/dataset/{edition.name}/resource/{edition.file_id}?{query}")
        assert answer.status_code == 400, query


def test_views_are_counted_by_day_and_head_is_not(client: Client, edition: Publication) -> None:
    for _number in range(2):
        client.get(f"/dataset/{edition.name}")
    client.head(f"/dataset/{edition.name}")
    assert list(EditionCount.objects.values_list("kind", "count")) == [("view", 2)]


def test_other_file_id_is_not_found(client: Client, edition: Publication) -> None:
    assert client.get(f"/dataset/{edition.name}/resource/{edition.pk}").status_code == 404


def test_organization_shows_figures(client: Client, edition: Publication) -> None:
    text = client.get("/organization/provider", **EN).content.decode()
    assert "Department of Civil Affairs" in text
    assert "<b>100.0%</b>" in text or "<b>100%</b>" in text
    assert client.get("/organization/nobody").status_code == 404
    assert client.get("/group/nothing").status_code == 404


def test_versions_before_the_opening_are_not_public(cast: Cast, client: Client) -> None:
    from tests.factories.opening import add_version  # noqa: PLC0415 - only here

    resource = resource_with_data(cast)
    resource = add_version(cast, resource)
    edition = edition_in(cast, resource=resource)
    assert edition.first_version == 2
    file = f"/dataset/{edition.name}/resource/{edition.file_id}/download/{edition.name}"
    assert client.get(f"{file}-v1.csv").status_code == 404
    assert client.get(f"{file}-v2.csv").status_code == 200


def test_amendment_in_work_leaves_the_page_open(cast: Cast, client: Client, edition: Publication) -> None:
    catalog_services.amend(cast.actor("steward"), resource=edition.resource, reason="职责调整")
    assert client.get(f"/dataset/{edition.name}").status_code == 200
