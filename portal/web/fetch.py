"""Fetching one object out of what the actor may see: what she may not see does not exist for her."""

from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import NotFound

M = TypeVar("M", bound=Model)


def fetch(queryset: QuerySet[M], **lookup: Any) -> M:
    """Return the one object of ``queryset`` (already narrowed to what is visible) that fits ``lookup``.

    Raises ``NotFound`` when there is none, or when the lookup's value cannot be one of that kind.
    """
    try:
        return queryset.get(**lookup)
    except (ObjectDoesNotExist, ValueError, ValidationError):
        raise NotFound(_("There is nothing at this address, or it is not open to you.")) from None
