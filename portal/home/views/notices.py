"""Pages of one's own notices."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from portal.notices.selectors import notices, unread_count
from portal.notices.services import mark_read
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.paging import paginate


@login_required
def notice_list(request: HttpRequest) -> HttpResponse:
    """List one's notices, newest first."""
    page = paginate(request, notices(actor_of(request)), per_page=20)
    return render(request, "notices/notices.html", {"page": page, "unread": unread_count(actor_of(request))})


@login_required
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark a notice as read and go where it points (an address of this site)."""
    notice = fetch(notices(actor_of(request)), pk=notice_id)
    mark_read(actor_of(request), notice_id=notice.pk)
    return redirect(notice.url if notice.url.startswith("/") and not notice.url.startswith("//") else "notices:list")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every notice as read."""
    mark_read(actor_of(request))
    return redirect("notices:list")
