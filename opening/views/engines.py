"""Use of open data from other programs: the profile file that pandas and Spark open."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.gate.delta import PROFILE_NAME, profile_file


@require_safe
def open_profile(request: HttpRequest) -> HttpResponse:
    """Hand out the profile file of all open data; its token says nothing, because no key is needed."""
    endpoint = request.build_absolute_uri("/api/v1/opening/delta")
    headers = {"Content-Disposition": f'attachment; filename="{PROFILE_NAME}"'}
    return HttpResponse(profile_file(endpoint, "open"), content_type="application/json", headers=headers)
