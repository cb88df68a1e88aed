"""Trees, completeness, and the catalogue against the data."""

import pytest
from django.utils.translation import override

from catalog import selectors
from catalog.models import Resource
from catalog.selectors.coverage import coverage
from catalog.selectors.reality import difference_of, differences
from catalog.selectors.tree import class_tree, department_tree
from catalog.services.reality import propose_reality
from portal.audit.selectors import timeline
from portal.kernel.errors import Invalid
from tests.cast import Cast
from tests.factories.catalog import draft, resource_in
from tests.factories.sharing import resource as resource_with_rows

pytestmark = pytest.mark.django_db


def test_the_tree_of_classes_counts_what_the_reader_may_see(cast: Cast) -> None:
    resource_in(cast, "published")
    draft(cast.actor("steward"), cast.provider, "草稿")
    base, theme, department = class_tree(cast.actor("outsider"))
    assert (base.count, theme.count, department.count) == (1, 0, 0)
    (geography,) = [node for node in base.children if node.code == "103"]
    assert (geography.count, geography.serial) == (1, 2)


def test_the_tree_of_departments_has_those_with_resources(cast: Cast) -> None:
    resource_in(cast, "published")
    (region,) = department_tree(cast.actor("outsider"))
    assert [(node.name_zh, node.count) for node in region.children] == [(cast.provider.name_zh, 1)]


@pytest.mark.parametrize("kind", ["classes", "departments"])
def test_trees_are_pages_and_files(cast: Cast, kind: str) -> None:
    resource_in(cast, "published")
    client = cast.client("outsider")
    page = client.get(f"/catalog/tree/{kind}/").content.decode()
    assert "<details" in page
    assert "/catalog/?" in page
    body = b"".join(client.get(f"/catalog/tree/{kind}/export/csv/").streaming_content).decode("utf-8-sig")
    assert len(body.splitlines()) > 2
    assert client.get(f"/catalog/tree/{kind}/export/pdf/").status_code == 404
    assert client.get("/catalog/tree/other/").status_code == 404
    assert client.get("/catalog/tree/other/export/csv/").status_code == 404


def test_completeness_counts_what_is_missing_by_department(cast: Cast) -> None:
    resource_in(cast, "published", title_en="")
    (line,) = coverage(cast.actor("coordinator"))
    assert (line.department, line.published) == (cast.provider, 1)
    assert line.missing == {"no_english": 1, "no_theme": 0, "no_keywords": 0, "no_meaning": 1, "no_data": 1}
    assert line.share == 40
    assert coverage(cast.actor("outsider")) == []
    page = cast.client("coordinator").get("/catalog/completeness/").content.decode()
    assert cast.provider.name_en in page
    answer = cast.client("coordinator").get("/catalog/completeness/export/csv/")
    assert "40" in b"".join(answer.streaming_content).decode()


def test_what_came_is_compared_with_what_is_declared_and_proposed_in_a_draft(cast: Cast) -> None:
    resource = resource_with_rows(cast)
    assert difference_of(resource).count == 0
    upload = resource.uploads.latest("pk")
    upload.report = upload.report | {"unknown_columns": ["remark", "备用"]}
    upload.save(update_fields=["report"])
    resource.items.filter(code="contact").update(type="I", column_id="c99")
    resource.items.filter(code="name").update(type="M")
    (line,) = differences(cast.actor("steward"))
    assert [item.code for item in line.missing] == ["contact"]
    assert line.undeclared[-2:] == ["remark", "备用"]
    assert [item.code for item, _type in line.retyped] == ["name"]
    client = cast.client("steward")
    assert resource.code in client.get("/catalog/reality/").content.decode()
    here = f"{resource.get_absolute_url()}reality/"
    assert "remark" in client.get(here).content.decode()
    assert client.post(f"{here}propose/", {}).headers["Location"] == here
    assert client.post(f"{here}propose/", {"add": ["remark"], "retire": ["contact"]}).status_code == 302
    work = selectors.work_of(Resource.objects.select_related("amendment").get(pk=resource.pk))
    assert work.amendment is not None
    assert work.amendment.said_reason == "The data has other columns than the description."
    with override("zh-hans"):
        assert work.amendment.said_reason != work.amendment.reason
        assert timeline(resource)[-1].reason != work.amendment.reason
    codes = [item.code for item in work.items]
    assert "remark" in codes
    assert "contact" not in codes
    assert resource.items.filter(code="contact").exists()
    with pytest.raises(Invalid):
        propose_reality(cast.actor("steward"), resource=resource, add=["nothing"], retire=[])
    assert cast.client("outsider").get(here).status_code == 404
