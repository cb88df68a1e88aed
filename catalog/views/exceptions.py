"""The page of personal exceptions of one resource."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog import policies
from catalog.forms import ExceptionForm
from catalog.models import Resource
from catalog.selectors.exceptions import running_exceptions
from catalog.services.exceptions import give_exception, take_exception
from catalog.views.detail import detail_context, resource_of, url_of
from portal.kernel.errors import Invalid, NotAllowed
from portal.web.context import actor_of


def _own(request: HttpRequest, code: str) -> Resource:
    found = resource_of(request, code)
    if not (decision := policies.decide(actor_of(request), "give_exception", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    return found


@login_required
def exceptions(request: HttpRequest, code: str) -> HttpResponse:
    """List who may see the resource as an exception, and give one."""
    found = _own(request, code)
    form = ExceptionForm(request.POST or None)
    if form.is_valid():
        try:
            give_exception(actor_of(request), resource=found, **form.cleaned_data)
        except Invalid as error:
            form.add_invalid(error)
        else:
            messages.success(request, _("The exception is given."))
            return redirect(url_of(found, "exceptions"))
    context = {"form": form, "exceptions": running_exceptions(found)}
    page = detail_context(request, found, "exceptions") | context
    return render(request, "catalog/exceptions.html", page, status=400 if form.errors else 200)


@login_required
@require_POST
def exception_take(request: HttpRequest, code: str, username: str) -> HttpResponse:
    """End an exception."""
    found = _own(request, code)
    take_exception(actor_of(request), resource=found, username=username)
    messages.success(request, _("The exception is ended."))
    return redirect(url_of(found, "exceptions"))
