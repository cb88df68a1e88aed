"""What is asked of the search index: the words of a question, and the code sets whose labels they stand in."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Q, Value, When

from catalog.models import Code
from catalog.selectors.words import asked_words, code_set_word, query_text


class Words(SearchQuery):
    """A query already cut by ``words.query_text``, taken as it stands and not cut again."""

    def as_sql(  # type: ignore[override]  # the arguments of the base class are only passed on
        self, compiler: Any, connection: Any, **_context: Any
    ) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[-1])
        return f"({sql})::tsquery", list(params)


def asked_text(words: str) -> str:
    """Return the text of a tsquery for ``words``, each of which a code in force may stand for (1 query).

    Where the label of a code holds a word, whatever is bound to its code set counts as holding it.
    """
    parts = asked_words(words)
    if not parts:
        return ""
    hit = {f"w{at}": Q(search_vector=Words(Value(part))) for at, part in enumerate(parts)}
    several = reduce(or_, hit.values())
    codes = Code.objects.filter(several, version__state="in_force").order_by()
    flags = {name: Case(When(held, then=Value(value=True)), default=Value(value=False)) for name, held in hit.items()}
    rows = (
        codes.values_list("version__code_set__code")
        .annotate(**flags)
        .values_list("version__code_set__code", *hit)
        .distinct()
    )
    also: list[set[str]] = [set() for _part in parts]
    for code, *held in rows:
        for at, is_held in enumerate(held):
            if is_held:
                also[at].add(code_set_word(code))
    return query_text(words, [sorted(found) for found in also])
