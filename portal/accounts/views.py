"""Pages to sign in and out and to change the password."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from portal.accounts.actors import actor_for
from portal.accounts.forms import PasswordForm, SignInForm
from portal.accounts.models import User
from portal.accounts.selectors import memberships_of
from portal.accounts.services import change_password as change_password_of

login = auth_views.LoginView.as_view(
    template_name="accounts/login.html", authentication_form=SignInForm, redirect_authenticated_user=True
)
logout = auth_views.LogoutView.as_view(http_method_names=["post", "options"])


def _person(request: HttpRequest) -> User:
    """Return the signed-in person; ``login_required`` has kept visitors out."""
    if not isinstance(request.user, User):
        raise TypeError(request.user)
    return request.user


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who one is here: name, duties, when the password changed."""
    person = _person(request)
    return render(request, "accounts/account.html", {"person": person, "memberships": memberships_of(person)})


@login_required
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password and stay signed in here only."""
    user = _person(request)
    form = PasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        change_password_of(
            actor_for(user, ip=request.META.get("REMOTE_ADDR", "")), user=user, password=form.cleaned_data["new"]
        )
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
        return redirect("accounts:account")
    return render(request, "accounts/password_change.html", {"form": form}, status=400 if form.errors else 200)
