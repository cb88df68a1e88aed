"""Personal exceptions: given by the office head, for a reason and a time, ended at once, never above the ceiling."""

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import policies
from catalog.models import Resource
from catalog.services.exceptions import give_exception, take_exception
from portal.audit.models import Entry
from portal.kernel.classification import Grade
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from tests.cast import Cast
from tests.factories.catalog import resource_in


@pytest.fixture
def submitted(cast: Cast) -> Resource:
    """A resource that others do not see yet."""
    return resource_in(cast, "submitted")


def _give(cast: Cast, resource: Resource, name: str = "office_head", **facts: object) -> None:
    given = {"username": "outsider", "reason": "联合评估。", "until": timezone.localdate() + timedelta(days=7)}
    give_exception(cast.actor(name), resource=resource, **(given | facts))  # type: ignore[arg-type]  # facts of a test


def _sees(cast: Cast, resource: Resource) -> bool:
    return Resource.objects.filter(policies.visible(cast.actor("outsider")), pk=resource.pk).exists()


def test_an_exception_shows_one_resource_until_it_is_ended(cast: Cast, submitted: Resource) -> None:
    assert not _sees(cast, submitted)
    _give(cast, submitted)
    assert _sees(cast, submitted)
    assert not policies.decide(cast.actor("outsider"), "preview_rows", submitted)
    take_exception(cast.actor("office_head"), resource=submitted, username="outsider")
    assert not _sees(cast, submitted)
    with pytest.raises(NotFound):
        take_exception(cast.actor("office_head"), resource=submitted, username="outsider")
    actions = list(Entry.objects.filter(action__contains="exception").values_list("action", "reason"))
    assert actions == [("catalog.give_exception", "联合评估。"), ("catalog.take_exception", "")]


def test_an_exception_never_lifts_the_ceiling(cast: Cast, submitted: Resource) -> None:
    _give(cast, submitted)
    Resource.objects.filter(pk=submitted.pk).update(grade=Grade.CORE)
    assert not _sees(cast, submitted)


@pytest.mark.parametrize("name", ["steward", "coordinator", "outsider", "holder_head"])
def test_only_the_office_head_of_the_provider_gives_one(cast: Cast, submitted: Resource, name: str) -> None:
    with pytest.raises(NotAllowed):
        _give(cast, submitted, name)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "nobody"),
        ("username", "steward"),
        ("reason", "  "),
        ("until", timezone.localdate() - timedelta(days=1)),
        ("until", timezone.localdate() + timedelta(days=400)),
    ],
)
def test_what_is_wrong_is_told_by_field(cast: Cast, submitted: Resource, field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        _give(cast, submitted, **{field: value})
    assert list(refused.value.fields) == [field]


def test_the_page_gives_and_ends(cast: Cast, submitted: Resource) -> None:
    address = f"/catalog/{submitted.address}/exceptions/"
    client = cast.client("office_head")
    form = {"username": "outsider", "reason": "联合评估。", "until": timezone.localdate().isoformat()}
    assert client.post(address, {**form, "username": "nobody"}).status_code == 400
    assert client.post(address, form).status_code == 302
    assert "联合评估。" in client.get(address).content.decode()
    assert cast.client("outsider").get(f"/catalog/{submitted.address}/").status_code == 200
    assert client.post(f"{address}outsider/end/").status_code == 302
    assert cast.client("outsider").get(f"/catalog/{submitted.address}/").status_code == 404
