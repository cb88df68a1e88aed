"""Page-number paging of lists; a wrong page number is an error that says so, never silently page one."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Invalid, NotFound

NEIGHBORS = 2


class NumberedPage(Page):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """A page that knows which page numbers to print around itself."""

    @property
    def window(self) -> list[int | None]:
        """Page numbers to show; None stands for a gap."""
        last = self.paginator.num_pages
        near = range(max(1, self.number - NEIGHBORS), min(last, self.number + NEIGHBORS) + 1)
        wanted = sorted({1, last, *near})
        shown: list[int | None] = []
        for number in wanted:
            if shown and isinstance(shown[-1], int) and number - shown[-1] > 1:
                shown.append(None)
            shown.append(number)
        return shown


class NumberedPaginator(Paginator):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """A paginator whose pages are ``NumberedPage``."""

    def _get_page(self, *args: Any, **kwargs: Any) -> NumberedPage:
        return NumberedPage(*args, **kwargs)


def paginate(request: HttpRequest, objects: QuerySet[Any] | Sequence[Any], per_page: int = 20) -> NumberedPage:
    """Return the page of ``objects`` that the key ``page`` of the query names.

    Raises ``Invalid`` when ``page`` is no positive whole number, ``NotFound`` when it lies past the end.
    """
    wanted = request.GET.get("page", "1")
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 9 or int(wanted) < 1:  # noqa: PLR2004 - 9 digits fit any list
        raise Invalid(_("The page must be a whole number from 1."), fields={"page": [_("Not a page number.")]})
    paginator = NumberedPaginator(objects, per_page)
    if int(wanted) > paginator.num_pages:
        raise NotFound(_("The list has fewer pages than that."))
    return cast("NumberedPage", paginator.page(int(wanted)))
