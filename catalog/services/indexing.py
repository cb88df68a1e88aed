"""Keeps the search index of resources: their words with weights, and the titles for exact matches."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.functions import Cast

from catalog.models import Resource
from catalog.selectors.words import index_words, normalized, pinyin_words, vector_text


def reindex(resource: Resource) -> None:
    """Write the search index of a resource: A title and its pinyin, B keywords and items, C abstract, D provider."""
    items = list(resource.items.all())
    keywords = " ".join(str(word) for word in resource.keywords)
    stated = " ".join(str(value) for value in resource.extensions.values() if isinstance(value, str))
    names = " ".join(f"{item.name_zh} {item.name_en} {item.code}" for item in items)
    classes = " ".join(f"{c.name_zh} {c.name_en}" for c in (resource.theme, resource.category) if c is not None)
    provider = resource.provider
    text = vector_text(
        (
            ("A", index_words(f"{resource.title_zh} {resource.title_en}")),
            ("A", [resource.code.lower(), *resource.code.lower().split("/")]),
            ("B", pinyin_words(resource.title_zh)),
            ("B", index_words(f"{keywords} {names} {classes} {stated}")),
            ("C", index_words(f"{resource.abstract_zh} {resource.abstract_en}")),
            ("D", index_words(f"{provider.name_zh} {provider.name_en}")),
        )
    )
    title = f"\n{normalized(resource.title_zh)}\n{normalized(resource.title_en)}\n"
    Resource.objects.filter(pk=resource.pk).update(
        search_title=title, search_vector=Cast(Value(text), SearchVectorField())
    )


def reindex_all() -> int:
    """Write the index of every resource anew, e.g. after departments were renamed; returns how many."""
    resources = Resource.objects.select_related("provider", "category", "theme").prefetch_related("items")
    count = 0
    for resource in resources.iterator(chunk_size=500):
        reindex(resource)
        count += 1
    return count
