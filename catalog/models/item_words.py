"""The search index of data items: what each column is called, and under which meaning it stands with others."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.resources import Item, Resource


class ItemWords(models.Model):
    """The words of one data item.

    ``meaning`` is the same for items of one meaning: ``element:`` and the identifier of their data element, else
    ``name:`` and their name. It stands beside the items, so that reading items does not read words; ``resource`` is
    the item's, which never changes, so that finding by words does not read the items.
    """

    item = models.OneToOneField(Item, models.CASCADE, primary_key=True, related_name="words")
    resource = models.ForeignKey(Resource, models.CASCADE, related_name="item_words")
    meaning = models.CharField(max_length=120)
    search_vector = SearchVectorField()

    class Meta:
        ordering = ("item",)
        verbose_name = _("words of a data item")
        indexes = [
            GinIndex(fields=["search_vector"], name="item_search"),
            models.Index(fields=["meaning", "item"], name="item_meaning"),
        ]

    def __str__(self) -> str:
        return self.meaning
