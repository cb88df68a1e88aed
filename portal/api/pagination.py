"""Lists page by cursor: ``next`` and ``previous`` addresses, 100 rows by default, 10,000 at most."""

from rest_framework.pagination import CursorPagination


class Cursor(CursorPagination):
    """Keyset paging over a unique, indexed order (``-pk`` unless the view says ``ordering``)."""

    page_size = 100
    page_size_query_param = "limit"
    max_page_size = 10_000
    ordering = "-pk"
