"""Use of a grant from other programs: the profile file that pandas and Spark open, with a key of its own."""

from datetime import UTC, datetime, time, timedelta
from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from catalog.gate.delta import PROFILE_NAME, Table, first_lines, profile_file
from catalog.gate.iceberg import iceberg_lines
from portal.accounts.models import User
from portal.accounts.services import LONGEST_KEY_DAYS, create_api_key
from portal.kernel.errors import NotAllowed
from portal.web.context import actor_of
from sharing import policies, selectors
from sharing.models import Grant


def lines_for(request: HttpRequest, grant: Grant) -> list[tuple[str, str]]:
    """Give the first lines of code for a grant, by program."""
    rows = request.build_absolute_uri(f"/api/v1/sharing/grants/{grant.number}/rows")
    iceberg = request.build_absolute_uri(f"/api/v1/sharing/iceberg/{grant.number}/current.metadata.json")
    table = Table(grant.schema_name, grant.number)
    return [*first_lines("grants", table, rows, has_key=True), *iceberg_lines(iceberg, has_key=True)]


@login_required
@require_POST
def grant_profile(request: HttpRequest, number: str) -> HttpResponse:
    """Make a key that ends with the grant, and hand it over once, inside the profile file."""
    actor = actor_of(request)
    grant = selectors.fetch_grant(actor, number)
    use = policies.decide(actor, "use", grant)
    if not use:
        raise NotAllowed(use.reason, code=use.code)
    last = datetime.combine(grant.valid_until + timedelta(days=1), time.min, timezone.get_current_timezone())
    ends = min(last, timezone.now() + timedelta(days=LONGEST_KEY_DAYS, minutes=-1))
    user, name = cast("User", request.user), f"Delta Sharing {grant.number}"
    _key, text = create_api_key(actor, user=user, name=name, scopes=["sharing:read"], expires_at=ends)
    endpoint = request.build_absolute_uri("/api/v1/sharing/delta")
    body = profile_file(endpoint, text, ends.astimezone(UTC).isoformat(timespec="seconds"))
    headers = {"Content-Disposition": f'attachment; filename="{PROFILE_NAME}"', "Cache-Control": "no-store"}
    return HttpResponse(body, content_type="application/json", headers=headers)
