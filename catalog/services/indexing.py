"""Keeps the search index: the words of resources with weights, their exact titles, the words of items and of codes."""

from collections.abc import Iterable
from functools import lru_cache

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from catalog.models import Code, Item, ItemWords, Resource
from catalog.selectors.words import code_set_word, index_words, normalized, pinyin_words, vector_text


def reindex(resource: Resource) -> None:
    """Write the search index of a resource and of its items.

    A title, B its pinyin, keywords, items and their data elements, C abstract and pinyin of items, D provider and the
    code sets that items are bound to. Of a code set only its word is kept: its labels are looked up in the codes in
    force when somebody asks, so that a new version of it is found from the moment it comes in force.
    """
    items = list(resource.items.select_related("element__code_set"))
    keywords = " ".join(str(word) for word in resource.keywords)
    stated = " ".join(str(value) for value in resource.extensions.values() if isinstance(value, str))
    names = " ".join(f"{item.name_zh} {item.name_en} {item.code} {_element_names(item)}" for item in items)
    code_sets = {item.element.code_set.code for item in items if item.element and item.element.code_set}
    classes = " ".join(f"{c.name_zh} {c.name_en}" for c in (resource.theme, resource.category) if c is not None)
    provider = resource.provider
    text = vector_text(
        (
            ("A", index_words(f"{resource.title_zh} {resource.title_en}")),
            ("A", [resource.code.lower(), *resource.code.lower().split("/")]),
            ("B", pinyin_words(resource.title_zh)),
            ("B", index_words(f"{keywords} {names} {classes} {stated}")),
            ("C", index_words(f"{resource.abstract_zh} {resource.abstract_en}")),
            ("C", [word for item in items for word in pinyin_words(item.name_zh)]),
            ("D", index_words(f"{provider.name_zh} {provider.name_en}")),
            ("D", [code_set_word(code) for code in sorted(code_sets)]),
        )
    )
    title = f"\n{normalized(resource.title_zh)}\n{normalized(resource.title_en)}\n"
    Resource.objects.filter(pk=resource.pk).update(search_title=title, search_vector=as_vector(text))
    ItemWords.objects.filter(resource=resource).delete()
    ItemWords.objects.bulk_create(words_of(items))


def as_vector(text: str) -> Cast:
    """Return the value of a search column from the text of a tsvector."""
    return Cast(Value(text), SearchVectorField())


def words_of(items: Iterable[Item]) -> list[ItemWords]:
    """Return the unsaved index of items, whose elements come joined: A their names, B their element's, C pinyin."""
    return [
        ItemWords(
            item=item,
            resource_id=item.resource_id,
            meaning=_meaning(item),
            search_vector=as_vector(_item_text(item)),
        )
        for item in items
    ]


def _meaning(item: Item) -> str:
    name = f"name:{normalized(item.name_zh)}" if item.element is None else f"element:{item.element.identifier}"
    return name[:120]


def _item_text(item: Item) -> str:
    element = item.element
    return _words_text(item.name_zh, item.name_en, item.code, element.name_zh if element else "", _element_names(item))


@lru_cache(maxsize=10_000)
def _words_text(name_zh: str, name_en: str, code: str, element_zh: str, element_names: str) -> str:
    """Return the text of a tsvector; kept, for a province calls most of its columns by the same few names."""
    return vector_text(
        (
            ("A", index_words(f"{name_zh} {name_en} {code}")),
            ("A", [code.lower()]),
            ("B", index_words(element_names)),
            ("C", pinyin_words(f"{name_zh} {element_zh}")),
        )
    )


def _element_names(item: Item) -> str:
    """Return what the element of an item is called, its other names and its identifier too."""
    if item.element is None:
        return ""
    known = item.element
    return " ".join((known.name_zh, known.name_en, known.identifier, *map(str, known.synonyms)))


def label_vector(label_zh: str, label_en: str) -> Cast:
    """Return the search column of a code: the words of its labels, and the pinyin."""
    return as_vector(vector_text((("A", index_words(f"{label_zh} {label_en}")), ("B", pinyin_words(label_zh)))))


def reindex_all() -> int:
    """Write the index of every resource anew, e.g. after departments were renamed; returns how many."""
    resources = Resource.objects.select_related("provider", "category", "theme")
    count = 0
    for resource in resources.iterator(chunk_size=500):
        reindex(resource)
        count += 1
    for code in Code.objects.filter(search_vector=None).iterator(chunk_size=2_000):
        Code.objects.filter(pk=code.pk).update(search_vector=label_vector(code.label_zh, code.label_en))
    return count
