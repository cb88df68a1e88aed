"""Pages of the quality of one resource: score with reasons, rows at fault, points of its description."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.data.quality import Rule
from catalog.models import QualityReport, Resource
from catalog.policies.quality import decide_quality
from catalog.selectors import quality as selectors
from catalog.selectors.columns import field_heads, item_columns, worded_columns
from catalog.selectors.quality.metadata import TOTAL
from catalog.services import quality as services
from catalog.views.detail import detail_context, resource_of, url_of
from portal.kernel.errors import NotAllowed, NotFound
from portal.web.charts import line
from portal.web.context import actor_of


def _may(request: HttpRequest, resource: Resource) -> dict[str, bool]:
    actor = actor_of(request)
    return {
        name: bool(decide_quality(actor, name, resource)) for name in ("view_rows", "set_rules", "check", "open_ticket")
    }


@login_required
def quality(request: HttpRequest, code: str) -> HttpResponse:
    """Show the score of the current data with its reasons, its trend, and what is asked of the source."""
    found = resource_of(request, code)
    report = selectors.current_report(found)
    lines = _lines(report, found) if report else []
    past = selectors.trend(found)
    context = {
        "report": report,
        "dimensions": selectors.dimension_lines(report, lines) if report else [],
        "reasons": [one for one in lines if one.loss >= selectors.LEAST_LOSS][:5],
        "is_broken": any(one.result.is_broken for one in lines),
        "trend": past,
        "chart": line([(str(one.version.number), one.score) for one in past], low=0, high=100),
        "timeliness": selectors.timeliness_of(found),
        "may_quality": _may(request, found),
        "tickets": list(selectors.tickets_of(found)),
    }
    return render(request, "catalog/quality.html", detail_context(request, found, "quality") | context)


def _lines(report: QualityReport, resource: Resource) -> list[selectors.ResultLine]:
    version = resource.current_version
    return selectors.result_lines(report, version, resource.items.all()) if version else []


@require_POST
@login_required
def quality_check(request: HttpRequest, code: str) -> HttpResponse:
    """Judge the current version by the rules as they are now."""
    found = resource_of(request, code)
    if found.current_version_id is None:
        raise NotFound(_("There is no data yet."))
    services.check_version(actor_of(request), version_id=found.current_version_id)
    messages.success(request, _("The data was checked by the rules as they are now."))
    return redirect(url_of(found, "quality"))


@login_required
def quality_rows(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Show rows in which a rule is broken to those who may see rows, through the gate."""
    found = resource_of(request, code)
    if not (decision := decide_quality(actor_of(request), "view_rows", found)):
        raise NotAllowed(decision.reason, code=decision.code)
    rule, columns = _rule(found, key), worded_columns(found)
    delivery = services.failing_rows(actor_of(request), resource=found, rule=rule)
    page = delivery.page() if delivery else None
    context = {
        "label": selectors.rule_label(rule, columns),
        "fields": field_heads(found.current_version, page.fields) if page and found.current_version else [],
        "rows": page.rows if page else [],
        "total": page.total if page else 0,
    }
    return render(request, "catalog/quality_rows.html", detail_context(request, found, "quality") | context)


@login_required
def quality_description(request: HttpRequest, code: str) -> HttpResponse:
    """Show the points of a description, each with the page that mends it."""
    found = resource_of(request, code)
    points = selectors.metadata_points(found, lambda name: url_of(found, name))
    context = {
        "points": points,
        "earned": sum(point.points for point in points if point.is_met),
        "possible": TOTAL,
        "may_edit": bool(decide_quality(actor_of(request), "set_rules", found)),
    }
    return render(request, "catalog/quality_description.html", detail_context(request, found, "quality") | context)


def _rule(resource: Resource, key: str) -> Rule:
    found = selectors.rule_line(resource, item_columns(resource), key)
    if found is None:
        raise NotFound(_("There is no such rule."))
    return found.rule
