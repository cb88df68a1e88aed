"""Writes the search index of editions with the same cut of words as the catalogue's search."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import QuerySet, Value
from django.db.models.functions import Cast

from catalog.models import Resource
from catalog.selectors.words import code_set_word, index_words, normalized, pinyin_words, vector_text
from opening.models import Publication


def index_publication(publication: Publication) -> None:
    """Index what the public may read of an edition: titles, texts, chosen items, keywords, provider (2 queries).

    Of the code sets of chosen items only their words are kept, as in the catalogue: the search looks the labels up.
    """
    provider = publication.resource.provider
    titles = [publication.title_zh, publication.title_en]
    chosen = list(publication.items.select_related("element__code_set"))
    items = [text for item in chosen for text in (item.name_zh, item.name_en, item.code)]
    code_sets = {item.element.code_set.code for item in chosen if item.element and item.element.code_set}
    names = [provider.name_zh, provider.name_en, *items, *map(str, publication.keywords), publication.name]
    weighted = [
        ("A", [word for text in titles for word in index_words(text)]),
        ("B", pinyin_words(publication.title_zh)),
        ("C", [word for text in names for word in index_words(text)]),
        ("C", pinyin_words(provider.name_zh)),
        ("D", [word for text in (publication.summary_zh, publication.summary_en) for word in index_words(text)]),
        ("D", [code_set_word(code) for code in sorted(code_sets)]),
    ]
    shown = [normalized(title) for title in titles if title]
    Publication.objects.filter(pk=publication.pk).update(
        search_title="".join(f"\n{title}\n" for title in shown),
        search_vector=Cast(Value(vector_text(weighted)), SearchVectorField()),
    )


def index_editions_of(resource: Resource) -> int:
    """Index every edition of a resource anew, e.g. when its items are called otherwise or bound to other code sets."""
    return _index(Publication.objects.filter(resource=resource))


def index_bound_to(code_set: str) -> int:
    """Index anew the editions with items whose values are codes of a set (by its code); returns how many."""
    return _index(Publication.objects.filter(items__element__code_set__code=code_set).distinct())


def index_all() -> int:
    """Index every edition anew; returns how many."""
    return _index(Publication.objects.all())


def _index(editions: QuerySet[Publication]) -> int:
    count = 0
    for edition in editions.select_related("resource__provider").iterator(chunk_size=200):
        index_publication(edition)
        count += 1
    return count
