"""Use of open data from other programs: the profile file that pandas and Spark open."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.gate.delta import PROFILE_NAME, Table, first_lines, profile_file
from opening.models import Publication


def lines_for(request: HttpRequest, publication: Publication) -> list[tuple[str, str]]:
    """Give the first lines of code for an edition, by program."""
    rows = request.build_absolute_uri(f"/api/v1/opening/editions/{publication.name}/rows")
    table = Table(publication.resource.provider.slug, publication.name)
    iceberg = request.build_absolute_uri(f"/api/v1/opening/iceberg/{publication.name}/current.metadata.json")
    return list(first_lines("open", table, rows, has_key=False, iceberg_url=iceberg))


@require_safe
def open_profile(request: HttpRequest) -> HttpResponse:
    """Hand out the profile file of all open data; its token says nothing, because no key is needed."""
    endpoint = request.build_absolute_uri("/api/v1/opening/delta")
    headers = {"Content-Disposition": f'attachment; filename="{PROFILE_NAME}"'}
    return HttpResponse(profile_file(endpoint, "open"), content_type="application/json", headers=headers)
