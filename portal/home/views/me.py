"""One's own side: API keys, notices, the account."""

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import User
from portal.accounts.selectors import keys_of
from portal.accounts.services import create_api_key, revoke_api_key
from portal.home.forms import OwnKeyForm
from portal.notices.selectors import notices
from portal.web.context import actor_of

NOTICES_SHOWN = 5


@login_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def me(request: HttpRequest) -> HttpResponse:
    """Show one's keys and newest notices."""
    return _page(request, OwnKeyForm())


@login_required
@never_cache
@require_POST
def create_key(request: HttpRequest) -> HttpResponse:
    """Make a key and show its text this once."""
    form = OwnKeyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    chosen = form.cleaned_data
    ends = timezone.now() + timedelta(days=chosen["days"]) - timedelta(minutes=1)
    key, secret = create_api_key(
        actor_of(request), user=_person(request), name=chosen["name"], scopes=chosen["scopes"], expires_at=ends
    )
    return _page(request, OwnKeyForm(), made=key, secret=secret)


@login_required
@require_POST
def revoke_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """End one of one's own keys at once."""
    revoke_api_key(actor_of(request), key_id=key_id)
    messages.success(request, _("The key is revoked; it opens nothing any more."))
    return redirect("home:me")


def _page(request: HttpRequest, form: OwnKeyForm, *, status: int = 200, **more: object) -> HttpResponse:
    context = {
        "form": form,
        "keys": keys_of(_person(request)),
        "notices": notices(actor_of(request))[:NOTICES_SHOWN],
        "now": timezone.now(),
        **more,
    }
    return render(request, "home/me.html", context, status=status)


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)
