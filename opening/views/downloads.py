"""Files of an edition, whole and in parts, and dumps of a filtered part."""

import re
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.gate import FORMS, Download, release
from catalog.models import Version
from opening.filters import DumpQuestion, read_dump, refuse_unknown
from opening.models import FILE_FORMS, Publication
from opening.selectors import edition_at, editions, versions_of
from opening.services import download_file, warrant_for
from portal.api.limits import spend
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotFound
from portal.web.ranges import RangeNotSatisfiable, Span, asked_span, matches

_FORMS = "|".join(form for form, _label in FILE_FORMS)
#: What the row API and the gate call a parameter → what a dump calls it.
_DUMP_NAMES = {"columns": "fields", "order": "sort", "filter": "filters"}


@require_safe
def dataset_file(request: HttpRequest, name: str, file_id: str, file: str) -> HttpResponseBase:
    """Give a whole edition as a file; HEAD, Range and If-None-Match work."""
    refuse_unknown(request.GET, ())
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts' middleware
    publication = edition_at(editions(actor), name=name, file_id=file_id)
    version, form = _named_file(publication, file)
    # A download in parts is one download: it is counted with the part that begins the file.
    is_first = request.headers.get("Range", "bytes=0-").replace(" ", "").startswith("bytes=0-")
    download = download_file(actor, publication=publication, version=version, form=form, is_counted=is_first)
    response = _answer(request, download)
    full_name = f"{publication.title_zh}{_suffix(version, publication)}.{form}"
    for header, value in _headers(download.etag, file, full_name).items():
        response[header] = value
    response["Accept-Ranges"] = "bytes"
    return response


def _headers(etag: str, ascii_name: str, full_name: str) -> dict[str, str]:
    """Return what every file of open data carries: a validator, its names, and leave to be read by any page."""
    return {
        "ETag": etag,
        "Cache-Control": "no-cache",
        "Access-Control-Allow-Origin": "*",
        "Content-Disposition": attachment(ascii_name, full_name),
    }


def _answer(request: HttpRequest, download: Download) -> HttpResponseBase:
    if matches(request.headers.get("If-None-Match", ""), download.etag):
        return HttpResponse(status=304)
    try:
        span = asked_span(
            request.headers.get("Range", ""),
            download.size,
            if_range=request.headers.get("If-Range", ""),
            etag=download.etag,
        )
    except RangeNotSatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{download.size}"})
    part = span or Span(0, download.size, download.size)
    headers = {"Content-Length": str(part.length)}
    if span is not None:
        headers["Content-Range"] = span.content_range
    if request.method == "HEAD":
        return HttpResponse(status=206 if span else 200, content_type=download.content_type, headers=headers)
    return StreamingHttpResponse(
        download.read(part.start, part.end),
        status=206 if span else 200,
        content_type=download.content_type,
        headers=headers,
    )


def _named_file(publication: Publication, file: str) -> tuple[Version, str]:
    """Read ``<name>.<form>`` (current version) or ``<name>-v<number>.<form>``."""
    match = re.fullmatch(rf"{re.escape(publication.name)}(?:-v([0-9]{{1,9}}))?\.({_FORMS})", file)
    version = publication.resource.current_version
    if match and match[1]:
        version = versions_of(publication).filter(number=int(match[1])).first()
    if match is None or version is None:
        raise NotFound(_("There is no such file of this dataset."))
    return version, match[2]


def _suffix(version: Version, publication: Publication) -> str:
    return "" if version.pk == publication.resource.current_version_id else f"-v{version.number}"


def attachment(ascii_name: str, full_name: str) -> str:
    """Return a Content-Disposition with a plain and a UTF-8 name (RFC 6266)."""
    return f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(full_name, safe='')}"


@require_safe
def datastore_dump(request: HttpRequest, file_id: str) -> HttpResponseBase:
    """Stream the asked part of an edition in the asked form, in constant memory."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts' middleware
    question = read_dump(request.GET)
    publication = edition_at(editions(actor), file_id=file_id)
    spend(actor, scope="dump")
    return _dump(request, publication, question)


def _dump(request: HttpRequest, publication: Publication, question: DumpQuestion) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by accounts' middleware
    try:
        delivery = release(actor, warrant_for(publication, counts="download"), question.asked)
    except Invalid as error:
        error.fields = {_DUMP_NAMES.get(name, name): texts for name, texts in error.fields.items()}
        raise
    etag = f'{delivery.etag[:-1]}-{question.form}{"-bom" if question.bom else ""}"'
    headers = _headers(etag, f"{publication.name}.{question.form}", f"{publication.title_zh}.{question.form}")
    if matches(request.headers.get("If-None-Match", ""), etag):
        return HttpResponse(status=304, headers=headers)
    if request.method == "HEAD":
        return HttpResponse(headers=headers, content_type=FORMS[question.form].content_type)
    stream = delivery.stream(question.form, bom=question.bom)
    return StreamingHttpResponse(stream.chunks, content_type=stream.content_type, headers=headers)
