"""Administrators' pages: accounts, duties, departments."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.accounts import policies
from portal.accounts.models import User
from portal.accounts.selectors import departments_in_reach, membership_of, memberships_of, people
from portal.accounts.services import (
    add_membership,
    create_department,
    create_user,
    end_membership,
    reset_password,
    set_active,
)
from portal.audit.selectors import timeline
from portal.home.forms import DepartmentForm, DutyForm, PersonForm
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.context import actor_of
from portal.web.fetch import fetch
from portal.web.forms import reason_of
from portal.web.paging import paginate


def _administrator(actor: Actor) -> None:
    if not (decision := policies.decide_manage(actor)):
        raise NotAllowed(decision.reason, code=decision.code)


def _may(actor: Actor, action: str) -> None:
    if not (decision := policies.decide(actor, action)):
        raise NotAllowed(decision.reason, code=decision.code)


@login_required
def person_list(request: HttpRequest) -> HttpResponse:
    """List the people within reach, found by name."""
    _administrator(actor_of(request))
    query = request.GET.get("q", "").strip()
    page = paginate(request, people(actor_of(request), query), per_page=30)
    may_create = bool(policies.decide(actor_of(request), "create_user"))
    return render(request, "home/person_list.html", {"page": page, "q": query, "may_create": may_create})


@login_required
def person_new(request: HttpRequest) -> HttpResponse:
    """Open an account."""
    _may(actor_of(request), "create_user")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = create_user(actor_of(request), **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The account is open. A security administrator gives it duties."))
            return redirect("people:detail", user.username)
    return render(request, "home/person_new.html", {"form": form}, status=400 if form.errors else 200)


def _person(request: HttpRequest, username: str) -> User:
    _administrator(actor_of(request))
    return fetch(people(actor_of(request)), username=username)


@login_required
def person_detail(request: HttpRequest, username: str) -> HttpResponse:
    """Show one account with its duties and what was done to it."""
    user, actor = _person(request, username), actor_of(request)
    context = {
        "person": user,
        "memberships": memberships_of(user),
        "timeline": timeline(user),
        "duty_form": DutyForm(actor) if policies.decide(actor, "give_duty", user=user) else None,
        "may_reset": bool(policies.decide(actor, "reset_password", user=user)),
        "may_close": bool(policies.decide(actor, "close_user", user=user)),
    }
    return render(request, "home/person_detail.html", context)


@login_required
@require_POST
def duty_give(request: HttpRequest, username: str) -> HttpResponse:
    """Give a duty."""
    user = _person(request, username)
    form = DutyForm(actor_of(request), request.POST)
    if not form.is_valid():
        raise Invalid(fields={name: list(errors) for name, errors in form.errors.items()})
    add_membership(
        actor_of(request), user=user, department=form.cleaned_data["department"], duty=Duty(form.cleaned_data["duty"])
    )
    messages.success(request, _("The duty is given."))
    return redirect("people:detail", user.username)


@login_required
@require_POST
def duty_take(request: HttpRequest, username: str, membership_id: int) -> HttpResponse:
    """Take a duty away."""
    user = _person(request, username)
    membership = membership_of(user, membership_id)
    if membership is None:
        raise NotFound(_("This person does not hold that duty."))
    end_membership(actor_of(request), membership=membership, reason=reason_of(request))
    messages.success(request, _("The duty is taken away."))
    return redirect("people:detail", user.username)


@login_required
@require_POST
def account_active(request: HttpRequest, username: str) -> HttpResponse:
    """Close an account or open it again."""
    user = _person(request, username)
    set_active(actor_of(request), user=user, is_active=request.POST.get("verb") == "open", reason=reason_of(request))
    messages.success(request, _("The account is changed."))
    return redirect("people:detail", user.username)


@login_required
@require_POST
def password_reset(request: HttpRequest, username: str) -> HttpResponse:
    """Give a new password, shown once."""
    user = _person(request, username)
    password = reset_password(actor_of(request), user=user)
    return render(request, "home/person_password.html", {"person": user, "password": password})


@login_required
def department_list(request: HttpRequest) -> HttpResponse:
    """List the departments within reach."""
    _administrator(actor_of(request))
    page = paginate(request, departments_in_reach(actor_of(request)), per_page=50)
    may_create = bool(policies.decide(actor_of(request), "create_department"))
    return render(request, "home/department_list.html", {"page": page, "may_create": may_create})


@login_required
def department_new(request: HttpRequest) -> HttpResponse:
    """Register a department."""
    _may(actor_of(request), "create_department")
    form = DepartmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        region = form.cleaned_data.pop("region")
        try:
            create_department(actor_of(request), region=region.code, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The department is registered."))
            return redirect("people:departments")
    return render(request, "home/department_new.html", {"form": form}, status=400 if form.errors else 200)
