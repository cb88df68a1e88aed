"""The API of standards: data elements, code sets with their codes, and the elements that items are bound to."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.views import CatalogView
from catalog.data.standards.codes import FIELDS
from catalog.models import CHECKS, ITEM_TYPES, CodeSet, CodeSetVersion, Element, Resource
from catalog.policies import decide
from catalog.selectors import standards as selectors
from catalog.selectors.amendments import work_of
from catalog.selectors.mapping import MappingLine, mapping_lines
from catalog.selectors.standard_uses import items_with, reach_of
from catalog.services.bindings import bind_items
from catalog.services.code_sets import create_code_set
from catalog.services.elements import create_element
from portal.api.shapes import Input
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch

_PLAIN = (
    "identifier", "version", "state", "name_zh", "name_en", "synonyms", "definition", "type", "length", "pattern",
    "check_rule", "unit", "source",
)  # fmt: skip


class ElementInput(Input):
    """A data element to draft."""

    identifier = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    name_zh = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    synonyms = serializers.ListField(child=serializers.CharField(max_length=100), required=False, default=list)
    definition = serializers.CharField(max_length=2000)
    type = serializers.ChoiceField(choices=ITEM_TYPES)
    length = serializers.IntegerField(min_value=1, max_value=1_000_000, required=False, allow_null=True, default=None)
    pattern = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    check_rule = serializers.ChoiceField(choices=CHECKS, required=False, default="", allow_blank=True)
    code_set = serializers.SlugRelatedField(
        slug_field="code", queryset=CodeSet.objects.all(), required=False, allow_null=True, default=None
    )
    unit = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # Field has an attribute of this name
        max_length=200, required=False, default="", allow_blank=True
    )


class CodeSetInput(Input):
    """A code set to start, with the number of its first version."""

    code = serializers.CharField(max_length=60)
    number = serializers.CharField(max_length=40)
    name_zh = serializers.CharField(max_length=100)
    name_en = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)
    source = serializers.CharField(  # type: ignore[assignment]  # Field has an attribute of this name
        max_length=200, required=False, default="", allow_blank=True
    )
    note = serializers.CharField(required=False, default="", allow_blank=True)


class BindingsInput(Input):
    """Column name → identifier of a data element in force, or null to free the item."""

    bindings = serializers.DictField(child=serializers.CharField(max_length=40, allow_null=True))


def element_answer(element: Element) -> dict[str, Any]:
    """Represent one version of a data element."""
    code_set = element.code_set.code if element.code_set else None
    return {name: getattr(element, name) for name in _PLAIN} | {"code_set": code_set}


def _set_answer(code_set: Any) -> dict[str, Any]:
    texts = {name: getattr(code_set, name) for name in ("code", "name_zh", "name_en", "source", "note")}
    return texts | {"version": code_set.number, "codes": code_set.code_count or 0}


def version_answer(version: CodeSetVersion) -> dict[str, Any]:
    """Represent one version of a code set."""
    return {
        "number": version.number,
        "state": version.state,
        "valid_from": version.valid_from,
        "valid_to": version.valid_to,
    }


def _line_answer(line: MappingLine) -> dict[str, Any]:
    element = line.item.element
    return {
        "column": line.item.code,
        "name_zh": line.item.name_zh,
        "element": f"{element.identifier}/{element.version}" if element else None,
        "name_faults": list(line.advice.faults),
        "name_suggestion": line.advice.suggestion,
        "suggestions": [{"element": found.element.identifier, "score": found.score} for found in line.suggestions],
    }


class ElementList(CatalogView):
    """The data elements the caller may see; a POST drafts one."""

    parameters = frozenset({"q", "state", "cursor", "limit"})

    @extend_schema(
        operation_id="catalog_elements_list",
        parameters=[
            OpenApiParameter("q", str),
            OpenApiParameter("state", str),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List the newest version of each element by identifier."""
        words, state = (request.query_params.get(name, "") for name in ("q", "state"))
        return self.paged(request, selectors.listed_elements(self.actor, words, state), element_answer, "identifier")

    @extend_schema(operation_id="catalog_elements_create", request=ElementInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Draft a data element, as a keeper of the standards."""
        if (given := self.once(request)) is not None:
            return given
        made = create_element(self.actor, **self.checked(ElementInput(data=request.data)))
        return Response(element_answer(made), status=status.HTTP_201_CREATED)


class ElementDetail(CatalogView):
    """One data element with its versions."""

    @extend_schema(operation_id="catalog_element_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, identifier: str) -> Response:
        """Read every version of an element, newest first, the items that use it, and what these are in."""
        found = list(selectors.elements(self.actor).filter(identifier=identifier).order_by("-version"))
        if not found:
            raise NotFound(_("There is nothing at this address, or it is not open to you."))
        items = selectors.uses_of(self.actor, identifier)
        uses = [{"resource": use.item.resource.code, "column": use.item.code, "is_old": use.is_old} for use in items]
        reach = reach_of(self.actor, [use.item for use in items]).to_json()
        return Response({"versions": [element_answer(element) for element in found], "uses": uses} | reach)


class CodeSetList(CatalogView):
    """The code sets; a POST starts one."""

    parameters = frozenset({"q", "cursor", "limit"})

    @extend_schema(
        operation_id="catalog_code_sets_list",
        parameters=[OpenApiParameter("q", str), OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List code sets with their version in force; words are looked for in codes and labels too."""
        found = selectors.code_sets(self.actor, request.query_params.get("q", ""))
        return self.paged(request, found, _set_answer, "code")

    @extend_schema(operation_id="catalog_code_sets_create", request=CodeSetInput, responses={201: OpenApiTypes.OBJECT})
    def post(self, request: Request) -> Response:
        """Start a code set with the draft of its first version, as a keeper of the standards."""
        if (given := self.once(request)) is not None:
            return given
        made = create_code_set(self.actor, **self.checked(CodeSetInput(data=request.data)))
        answer = {"code": made.code_set.code, "name_zh": made.code_set.name_zh, "versions": [version_answer(made)]}
        return Response(answer, status=status.HTTP_201_CREATED)


class CodeSetDetail(CatalogView):
    """One code set with the codes of a version."""

    parameters = frozenset({"version"})

    @extend_schema(
        operation_id="catalog_code_set_read",
        parameters=[OpenApiParameter("version", str, description="Without it the version in force")],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, code_set: str) -> Response:
        """Read a code set, its versions, and the codes of one version."""
        found = fetch(selectors.code_sets(self.actor), code=code_set)
        versions = list(selectors.code_set_versions(self.actor, found))
        wanted = request.query_params.get("version", "")
        version = next((v for v in versions if (v.number == wanted if wanted else v.state == "in_force")), None)
        if version is None:
            raise NotFound(_("This code set has no version of that number."))
        rows = [{name: getattr(row, name) for name in FIELDS} for row in selectors.code_rows(version)]
        items = items_with(self.actor, found)
        answer = _set_answer(found) | {
            "version": version.number,
            "versions": [version_answer(v) for v in versions],
            "codes": rows,
            "uses": [{"resource": item.resource.code, "column": item.code} for item in items],
        }
        return Response(answer | reach_of(self.actor, items).to_json())


class ResourceStandards(CatalogView):
    """The data elements that the items of a resource are bound to."""

    @extend_schema(operation_id="catalog_bindings_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, code: str) -> Response:
        """Read what each item is bound to, suggestions, and faults of column names."""
        return Response(self._lines(self.resource(code)))

    @extend_schema(operation_id="catalog_bindings_set", request=BindingsInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, code: str) -> Response:
        """Bind or free items; those not named stay as they are."""
        if (given := self.once(request)) is not None:
            return given
        asked = self.checked(BindingsInput(data=request.data))["bindings"]
        named = {name for name in asked.values() if name}
        known = {e.identifier: e for e in selectors.elements_in_force().filter(identifier__in=named)}
        unknown = [column for column, name in asked.items() if name and name not in known]
        if unknown:
            raise Invalid(fields={column: [_("Choose a data element in force.")] for column in unknown})
        bindings = {column: known[name] if name else None for column, name in asked.items()}
        resource = self.resource(code)
        bind_items(self.actor, resource=resource, bindings=bindings)
        return Response(self._lines(self.resource(code)))

    def _lines(self, resource: Resource) -> dict[str, Any]:
        may_edit = decide(self.actor, "edit", resource)
        items = work_of(resource).items if may_edit else list(resource.items.select_related("element"))
        return {"items": [_line_answer(line) for line in mapping_lines(resource, items)]}
