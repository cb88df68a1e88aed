"""Transition tables (pure): which verb leads from which states to which, and what it needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: ``verb`` leads from ``sources`` to ``target`` (None: the state stays).

    ``starts``, ``stops``, ``pauses`` and ``resumes`` name kinds of deadlines (see ``deadlines.py``).
    ``label`` is the button, ``needs_reason`` makes an empty reason an error.
    """

    verb: str
    sources: tuple[str, ...]
    target: str | None
    label: Text = ""
    needs_reason: bool = False
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """The states and transitions of one kind of object; refuses at import a table that does not hold together."""

    name: str
    states: Mapping[str, Text]
    initial: str
    final: frozenset[str]
    transitions: tuple[Transition, ...]

    def __post_init__(self) -> None:
        known = set(self.states)
        named = {self.initial, *self.final}
        for row in self.transitions:
            named.update(row.sources)
            named.update({row.target} if row.target else ())
        if unknown := named - known:
            raise ValueError(f"{self.name}: unknown states {sorted(unknown)}")
        verbs = [row.verb for row in self.transitions]
        if len(verbs) != len(set(verbs)):
            raise ValueError(f"{self.name}: a verb stands twice")

    def transition(self, verb: str) -> Transition:
        """Return the row of ``verb``; ``KeyError`` for an unknown verb."""
        for row in self.transitions:
            if row.verb == verb:
                return row
        raise KeyError(verb)

    def verbs_from(self, state: str) -> tuple[Transition, ...]:
        """Return the rows that lead on from ``state``, in the order of the table."""
        return tuple(row for row in self.transitions if state in row.sources)

    def reachable(self) -> frozenset[str]:
        """Return the states that can be reached from the initial one."""
        seen, todo = {self.initial}, [self.initial]
        while todo:
            state = todo.pop()
            for row in self.verbs_from(state):
                if row.target and row.target not in seen:
                    seen.add(row.target)
                    todo.append(row.target)
        return frozenset(seen)

    def diagram(self) -> str:
        """Return the Mermaid state diagram that ``docs/workflows/`` must show."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for row in self.transitions:
            lines += [f"    {source} --> {row.target or source}: {row.verb}" for source in row.sources]
        lines += [f"    {state} --> [*]" for state in sorted(self.final)]
        return "\n".join(lines) + "\n"

    def choices(self) -> list[tuple[str, Text]]:
        """Return the states as choices of a model field."""
        return list(self.states.items())
