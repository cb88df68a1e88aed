"""Pages of the rules of a resource: the list, a new rule, one rule with its trial and its editions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.data.quality import Kind, Result, Rule, RuleInvalid
from catalog.forms.quality import MADE_BY_HAND, CountingForm, RuleForm, kinds, switch_fields
from catalog.messages import message
from catalog.models import Resource
from catalog.policies.quality import decide_quality
from catalog.selectors import quality as selectors
from catalog.selectors.columns import worded_columns
from catalog.services import quality as services
from catalog.views.detail import detail_context, resource_of, url_of
from portal.kernel.errors import Invalid, NotAllowed, NotFound
from portal.web.context import actor_of
from portal.web.forms import SonghuaForm


def _keeper(request: HttpRequest, code: str) -> Resource:
    """Return a resource whose rules the reader may set. Raises NotAllowed."""
    found = resource_of(request, code)
    if not (decision := decide_quality(actor_of(request), "set_rules", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    return found


@login_required
def quality_rules(request: HttpRequest, code: str) -> HttpResponse:
    """List the rules in force and those switched off, with what implies them."""
    found = resource_of(request, code)
    may_set = bool(decide_quality(actor_of(request), "set_rules", found))
    context = {"lines": selectors.rule_lines(found, worded_columns(found)), "may_set": may_set}
    return render(request, "catalog/quality_rules.html", detail_context(request, found, "quality") | context)


@login_required
def quality_rule_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a kind of rule, then fill it in, try it, save it."""
    found = _keeper(request, code)
    kind = next((one for one in MADE_BY_HAND if one.value == request.GET.get("kind")), None)
    if kind is None:
        context = detail_context(request, found, "quality") | {"kinds": kinds()}
        return render(request, "catalog/quality_rule_new.html", context)
    form = RuleForm(request.POST or None, kind=kind, columns=worded_columns(found))
    return _filled(request, found, form, kind)


def _filled(request: HttpRequest, resource: Resource, form: RuleForm, kind: Kind) -> HttpResponse:
    result: Result | None = None
    tried = False
    if form.is_valid() and (rule := _read(form)) is not None:
        try:
            if "try" in request.POST:
                result, tried = services.try_rule(actor_of(request), resource=resource, rule=rule), True
            else:
                services.set_rule(actor_of(request), resource=resource, rule=rule)
                return _saved(request, resource)
        except Invalid as error:
            form.add_invalid(error)
    context = {"form": form, "kind_label": dict(kinds())[kind.value], "result": result, "tried": tried}
    page = detail_context(request, resource, "quality") | context
    return render(request, "catalog/quality_rule.html", page, status=400 if form.errors else 200)


@login_required
def quality_rule(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Change a rule: an own one wholly, an implied one in how much it counts; switch it off with a reason."""
    found = _keeper(request, code)
    columns = worded_columns(found)
    line = selectors.rule_line(found, columns, key)
    if line is None:
        raise NotFound(_("There is no such rule."))
    form: SonghuaForm
    if line.is_own:
        form = RuleForm(request.POST or None, kind=line.rule.kind, columns=columns, rule=line.rule)
        form.fields |= switch_fields()
        form.initial["is_on"] = line.is_on
    else:
        form = CountingForm(request.POST or None, rule=line.rule, is_on=line.is_on)
    result, tried = None, False
    if form.is_valid() and (rule := _read(form, line.rule)) is not None:
        try:
            if "try" in request.POST:
                result, tried = services.try_rule(actor_of(request), resource=found, rule=rule), True
            else:
                _save(request, found, form, rule)
                return _saved(request, found)
        except Invalid as error:
            form.add_invalid(error)
    context = {"form": form, "line": line, "result": result, "tried": tried, "editions": selectors.editions(found, key)}
    page = detail_context(request, found, "quality") | context
    return render(request, "catalog/quality_rule.html", page, status=400 if form.errors else 200)


def _save(request: HttpRequest, resource: Resource, form: SonghuaForm, rule: Rule) -> None:
    data = form.cleaned_data
    services.set_rule(
        actor_of(request), resource=resource, rule=rule, key=rule.key, is_on=data["is_on"], reason=data["reason"]
    )


def _saved(request: HttpRequest, resource: Resource) -> HttpResponse:
    messages.success(request, _("The rule is set; the data is being checked by it."))
    return redirect(url_of(resource, "quality_rules"))


def _read(form: SonghuaForm, rule: Rule | None = None) -> Rule | None:
    """Return the rule of a form, or put on the form what is wrong with it."""
    try:
        if isinstance(form, RuleForm):
            return form.rule(rule.key if rule else "")
        counted = {name: form.cleaned_data[name] for name in ("weight", "severity", "threshold")}
        return Rule.from_json((rule.to_json() if rule else {}) | counted)
    except RuleInvalid as error:
        form.add_invalid(Invalid(code=error.code, fields={error.parameter: [message(error.code, error.params)]}))
        return None


@require_POST
@login_required
def quality_rule_reset(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Take back what was set for a rule."""
    found = _keeper(request, code)
    services.reset_rule(actor_of(request), resource=found, key=key)
    return _saved(request, found)
