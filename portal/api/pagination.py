"""Lists page by cursor: ``next`` and ``previous`` addresses, 100 rows by default, 10,000 at most."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from portal.kernel.errors import Invalid

MOST = 10_000
_DIGITS = len(str(MOST))


class Cursor(CursorPagination):
    """Keyset paging over a unique, indexed order (``-pk`` unless the view says ``ordering``).

    A limit or cursor that cannot be read is an error naming it; nothing falls back to the first page.
    """

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = MOST
    ordering = "-pk"

    def get_page_size(self, request: Request) -> int:
        """Return the rows of a page. Raises ``Invalid`` naming ``limit``."""
        self._only_once(request)
        text = request.query_params.get("limit")
        if text is None:
            return self.page_size
        if text.isascii() and text.isdigit() and len(text) <= _DIGITS and 1 <= int(text) <= MOST:
            return int(text)
        raise Invalid(fields={"limit": [_("The limit must be a whole number from 1 to %d.") % MOST]})

    @staticmethod
    def _only_once(request: Request) -> None:
        for name in ("limit", "cursor"):
            if len(request.query_params.getlist(name)) > 1:
                raise Invalid(fields={name: [_("This may be given only once.")]})

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return one page. Raises ``Invalid`` naming ``cursor`` when it is not one this list gave out."""
        try:
            return list(super().paginate_queryset(queryset, request, view) or [])
        except (exceptions.NotFound, ValueError, ValidationError, DataError) as error:
            if "cursor" not in request.query_params:
                raise
            raise Invalid(fields={"cursor": [_("The cursor is damaged. Start again from the first page.")]}) from error
