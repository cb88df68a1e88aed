"""Every address for every part of the cast: a page that is new, or opens wider than the matrix says, fails here."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access_matrix import MATRIX, NOT_ASKED
from tests.cast import PARTS, Cast
from tests.factories.world import World, build_world

EXPECTED = {name: dict(zip(PARTS, statuses.split(), strict=True)) for name, statuses in MATRIX.items()}


def _patterns(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _patterns(entry, prefix + str(entry.pattern), inner)
        else:
            yield f"{namespace}{entry.name or prefix + str(entry.pattern)}", prefix + str(entry.pattern), entry


def addresses() -> dict[str, str]:
    """Return the pattern of every address by its name (API addresses by ``api/`` and their name)."""
    found: dict[str, str] = {}
    for name, pattern, _entry in _patterns(get_resolver()):
        key = f"api/{name}" if pattern.startswith("api/") else name
        assert found.setdefault(key, pattern) == pattern, f"two addresses are named {key}"
    return found


@pytest.fixture
def world(cast: Cast) -> World:
    """One object of each kind, in the state in which most can be done with it."""
    return build_world(cast)


def test_every_address_stands_in_the_matrix() -> None:
    known = set(MATRIX) | set(NOT_ASKED)
    assert set(addresses()) == known


@pytest.fixture
def clients(cast: Cast) -> dict[str, Client]:
    """One signed-in client for each part."""
    return {part: cast.client(part) for part in PARTS}


def _status(client: Client, address: str) -> int:
    response = client.get(address)
    status = response.status_code
    if status == 302 and "/accounts/login/" in response["Location"]:
        return 401
    return status


@pytest.mark.slow
def test_every_part_gets_the_status_of_the_matrix(world: World, clients: dict[str, Client]) -> None:
    wrong: list[str] = []
    for name, pattern in addresses().items():
        if name in NOT_ASKED:
            continue
        address = world.address(name, pattern)
        for part in PARTS:
            status, expected = str(_status(clients[part], address)), EXPECTED[name][part]
            if status != expected:
                wrong.append(f"{name} {address}: {part} got {status}, the matrix says {expected}")
    assert not wrong, "\n".join(wrong)
