"""The desk: what waits for the person signed in, what she started, what she did."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from portal.home.selectors import Desk, acts_of
from portal.kernel.errors import Invalid, Text
from portal.web.context import actor_of
from portal.web.paging import paginate

TABS: dict[str, Text] = {
    "todo": _("To do"),
    "started": _("Started by me"),
    "done": pgettext_lazy("tab of the desk", "Done"),
}


@dataclass(frozen=True)
class Tab:
    """One tab of the desk."""

    label: Text
    url: str
    is_current: bool
    count: int | None = None


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show one tab of the desk. Raises ``Invalid`` for a tab that does not exist."""
    shown = request.GET.get("tab", "todo")
    if shown not in TABS:
        raise Invalid(_("There is no such tab on the desk."), fields={"tab": [", ".join(TABS)]})
    board = Desk(actor_of(request))
    rows = acts_of(actor_of(request)) if shown == "done" else board.of(shown)
    context = {
        "tabs": [_tab(board, name, shown) for name in TABS],
        "shown": shown,
        "page": paginate(request, rows, per_page=25),
    }
    return render(request, "home/desk.html", context)


def _tab(board: Desk, name: str, shown: str) -> Tab:
    count = None if name == "done" else len(board.of(name))
    return Tab(TABS[name], f"?tab={name}", name == shown, count)
