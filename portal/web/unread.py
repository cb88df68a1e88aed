"""How many notices a person has not read; the page toolkit asks, the notices app answers."""

from collections.abc import Callable

_counter: list[Callable[[int], int]] = []


def count_unread_with(counter: Callable[[int], int]) -> None:
    """Let the notices side say how many messages a person has not read."""
    _counter[:] = [counter]


def unread_notices(user_id: int) -> int:
    """Return the number of unread notices, 0 where nothing counts them."""
    return _counter[0](user_id) if _counter else 0
