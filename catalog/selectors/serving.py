"""What is to be served, by whom it is asked, and how it stands with the table of a resource."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from catalog.data.plan import DeliveryPlan
from catalog.data.schema import Column, columns_from_json
from catalog.data.serving import columns_to_index, columns_to_search
from catalog.models import Resource, ServingChoice, ServingTable
from catalog.selectors.columns import worded
from catalog.selectors.questions import ALL, FALL, PART, VALUE, Asked, Earned, questions_asked

Finder = Callable[[Collection[int]], Iterable[tuple[int, DeliveryPlan]]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Add a function that gives, for ids of resources, the plans under which rows are asked for now."""
    if finder not in _finders:
        _finders.append(finder)


def plans_served(resource_ids: Collection[int]) -> dict[int, list[DeliveryPlan]]:
    """Return the plans under which rows of each of the resources are asked for interactively."""
    found: dict[int, list[DeliveryPlan]] = {resource_id: [] for resource_id in resource_ids}
    for finder in _finders:
        for resource_id, plan in finder(resource_ids):
            found[resource_id].append(plan)
    return found


def served_resources(resource_ids: Collection[int]) -> set[int]:
    """Return which of the resources have anybody who asks for their rows."""
    return {found for finder in _finders for found, _plan in finder(resource_ids)}


def tables_of(resource: Resource) -> QuerySet[ServingTable]:
    """Return the serving tables of a resource's versions."""
    return ServingTable.objects.filter(version__resource=resource).select_related("version")


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """How often readers asked by a column of late, by value, in falling order and by a part of the text.

    ``share`` is that of all questions, from 0 to 1; ``indexes`` are those that the column has, of the same three uses,
    and ``is_earned`` says that one of them came by the questions.
    """

    column: Column
    by_value: int
    by_fall: int
    by_part: int
    share: float
    indexes: tuple[str, ...]
    is_earned: bool

    @property
    def most(self) -> int:
        """The questions of the use that there is most of."""
        return max(self.by_value, self.by_fall, self.by_part)


@dataclass(frozen=True, kw_only=True)
class ServingState:
    """How it stands: ``code`` is unserved, no_data, too_large (without a column for an index), beyond (too large
    for an index too), waiting, building, ready or failed.

    ``chosen`` and ``chosen_texts`` are what the officer chose, by column id; ``uses`` the columns that readers ask by,
    most asked first, out of ``questions`` in all.
    """

    code: str
    table: ServingTable | None
    columns: tuple[Column, ...]
    indexed: tuple[Column, ...]
    searched: tuple[Column, ...]
    chosen: tuple[str, ...]
    chosen_texts: tuple[str, ...]
    is_searched: bool
    questions: int
    uses: tuple[ColumnUse, ...]


def serving_state(resource: Resource) -> ServingState:
    """Say how it stands with the serving of a resource's current version (6 queries at most).

    The columns stand under the reader's words.
    """
    version = resource.current_version
    table = None if version is None else ServingTable.objects.filter(version=version).first()
    columns = () if version is None else worded(columns_from_json(version.columns), resource.items.all())
    choice = ServingChoice.objects.filter(resource=resource).first() or ServingChoice(resource=resource)
    made = table or ServingTable()
    asked = questions_asked([resource.pk])[resource.pk]
    total = asked.get(("", ALL), Asked()).recent
    chosen = columns_to_index(columns, choice.columns)
    chosen_texts = columns_to_search(columns, choice.searched)
    return ServingState(
        code=_code(resource, table, has_place=bool(chosen or chosen_texts)),
        table=table,
        columns=columns,
        indexed=tuple(column for column in columns if column.id in made.indexed),
        searched=tuple(column for column in columns if column.id in made.searched),
        chosen=chosen,
        chosen_texts=chosen_texts,
        is_searched=choice.is_searched,
        questions=total,
        uses=tuple(sorted(_uses(columns, made, asked, total), key=lambda use: -use.most)),
    )


def _uses(
    columns: Iterable[Column], table: ServingTable, asked: Mapping[tuple[str, str], Asked], total: int
) -> Iterator[ColumnUse]:
    earned = {name for ids in vars(Earned.from_json(table.earned)).values() for name in ids}
    made = {VALUE: table.indexed, FALL: table.falling, PART: table.searched}
    for column in columns:
        numbers = [asked.get((column.id, use), Asked()).recent for use in made]
        if any(numbers):
            yield ColumnUse(
                column=column,
                by_value=numbers[0],
                by_fall=numbers[1],
                by_part=numbers[2],
                share=max(numbers) / max(total, 1),
                indexes=tuple(use for use, ids in made.items() if column.id in ids),
                is_earned=column.id in earned,
            )


def _code(resource: Resource, table: ServingTable | None, *, has_place: bool) -> str:
    version = resource.current_version
    if version is None or version.deleted_at is not None:
        return "no_data"
    if not plans_served([resource.pk])[resource.pk]:
        return "unserved"
    if table is None:
        is_small = version.row_count <= settings.SERVING_MOST_ROWS
        if not is_small and version.row_count > settings.SERVING_INDEX_MOST_ROWS:
            return "beyond"
        return "waiting" if is_small or has_place else "too_large"
    if table.fault:
        return "failed"
    return "ready" if table.name else "building"
