"""What all simulated things share: numbered randomness, batches, the person they belong to, their audit entry."""

import random
import secrets
from collections.abc import Callable, Iterator

from portal.accounts import services
from portal.accounts.models import User
from portal.audit.record import record
from portal.kernel.actors import system_actor

SIMULATION = system_actor("simulate_province")
USERNAME = "simulation"
BATCH = 500
#: Takes one line about how far the work is.
Tell = Callable[[str], None]


def chance(seed: int, kind: str, number: int) -> random.Random:
    """Return the randomness of one thing; the same seed, kind and number always give the same."""
    return random.Random(f"{seed}:{kind}:{number}")  # noqa: S311 - makes synthetic data, guards nothing


def batches(start: int, end: int, size: int = BATCH) -> Iterator[range]:
    """Cut the numbers from ``start`` (included) to ``end`` (not included) into ranges of at most ``size``."""
    for first in range(start, end, size):
        yield range(first, min(first + size, end))


def simulated_person() -> User:
    """Return the person to whom simulated things belong; holds no duty, and nobody knows the password."""
    found = User.objects.filter(username=USERNAME).first()
    return found or services.create_user(
        SIMULATION,
        username=USERNAME,
        name="模拟数据",
        name_pinyin="Moni Shuju",
        password=f"Aa1-{secrets.token_urlsafe(32)}",
    )


def note(kind: str, numbers: range) -> None:
    """Write one audit entry for a batch; call it inside the batch's transaction."""
    record(
        SIMULATION,
        action="demonstration.simulate",
        label=kind,
        details={"kind": kind, "first": numbers.start, "last": numbers.stop - 1},
    )
