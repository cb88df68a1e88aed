"""The API of data elements' verbs: read and change one version, put in force, withdraw, version, import a file."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies
from catalog.api.serializers import VerbInput
from catalog.api.standards import ElementInput, element_answer
from catalog.api.views import CatalogView
from catalog.models import Element
from catalog.selectors import standards as selectors
from catalog.services import elements as services
from catalog.services.element_import import ElementLine, import_elements, read_element_rows
from catalog.workflow import ELEMENTS
from portal.api.shapes import Input
from portal.kernel.errors import NotFound
from portal.web.fetch import fetch


class ElementChange(ElementInput):
    """Fields of a draft to change; the identifier stays."""

    identifier = None  # type: ignore[assignment]  # DRF's way to leave out a field of the parent


class ElementsInput(Input):
    """A file of data elements (multipart); without ``apply`` it is previewed and nothing is written."""

    file = serializers.FileField()
    apply = serializers.BooleanField(required=False, default=False)
    enforce = serializers.BooleanField(required=False, default=False)


class ElementVersion(CatalogView):
    """One version of a data element."""

    def element(self, identifier: str, version: int) -> Element:
        """Return the version if the caller may see it."""
        return fetch(selectors.elements(self.actor), identifier=identifier, version=version)

    def represented(self, found: Element) -> dict[str, Any]:
        """Represent a version with the verbs open to the caller."""
        names = [row.verb for row in ELEMENTS.verbs_from(found.state) if row.verb != "supersede"]
        verbs = [name for name in names if policies.decide_standard(self.actor, name, found)]
        if found.state == "in_force" and policies.decide_create_standard(self.actor):
            verbs.append("version")
        return element_answer(found) | {"verbs": verbs}

    @extend_schema(operation_id="catalog_element_version_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, identifier: str, version: int) -> Response:
        """Read one version with the verbs the caller may use on it now."""
        return Response(self.represented(self.element(identifier, version)))

    @extend_schema(operation_id="catalog_element_edit", request=ElementChange, responses=OpenApiTypes.OBJECT)
    def patch(self, request: Request, identifier: str, version: int) -> Response:
        """Change a draft; fields not named stay as they are."""
        if (given := self.once(request)) is not None:
            return given
        fields = self.checked(ElementChange(data=request.data, partial=True))
        found = services.edit_element(self.actor, element=self.element(identifier, version), **fields)
        return Response(self.represented(found))


class ElementVerb(ElementVersion):
    """One act on a version of a data element."""

    http_method_names = ["post", "options"]

    @extend_schema(operation_id="catalog_element_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, identifier: str, version: int, verb: str) -> Response:
        """Put in force (``enforce``), ``withdraw`` with a reason, or draft the next ``version``."""
        if verb not in {*services.ELEMENT_VERBS, "version"}:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        found = self.element(identifier, version)
        if verb == "version":
            made = services.new_element_version(self.actor, element=found)
            return Response(self.represented(made), status=status.HTTP_201_CREATED)
        reason = self.checked(VerbInput(data=request.data))["reason"]
        return Response(self.represented(services.ELEMENT_VERBS[verb](self.actor, element=found, reason=reason)))


def _line(line: ElementLine) -> dict[str, Any]:
    return {
        "line": line.line,
        "identifier": line.identifier or None,
        "name_zh": line.name,
        "verdict": line.verdict,
        "changes": [{"field": name, "before": before, "after": after} for name, before, after in line.changes],
        "problems": line.problems,
    }


class ElementImportView(CatalogView):
    """Import of data elements from a file."""

    parser_classes = (MultiPartParser, JSONParser)

    @extend_schema(
        operation_id="catalog_elements_import",
        request={"multipart/form-data": ElementsInput},
        responses=OpenApiTypes.OBJECT,
    )
    def post(self, request: Request) -> Response:
        """Preview a file of data elements, or write it (``apply``) as drafts or in force at once (``enforce``)."""
        if (given := self.once(request)) is not None:
            return given
        asked = self.checked(ElementsInput(data=request.data))
        rows = read_element_rows(asked["file"], asked["file"].name)
        done = import_elements(self.actor, rows=rows, apply=asked["apply"], enforce=asked["enforce"])
        lines = [_line(line) for line in done.lines]
        return Response({"applied": done.applied, "counts": done.counts, "lines": lines})
