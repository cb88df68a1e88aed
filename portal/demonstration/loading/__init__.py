"""The steps of loading the demonstration province; each goes on where an interrupted load stopped."""

from collections.abc import Callable

#: Takes one line about what is being done.
Tell = Callable[[str], None]
