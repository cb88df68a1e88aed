"""The API of code sets' verbs: start one, draft a version, fill it with codes, put it in force, withdraw it."""

import io
import json
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog import policies
from catalog.api.serializers import VerbInput
from catalog.api.standards import version_answer
from catalog.api.views import CatalogView
from catalog.messages import message
from catalog.models import CodeSetVersion
from catalog.selectors import standards as selectors
from catalog.services import code_sets as services
from catalog.workflow import CODE_SETS
from portal.api.shapes import Input
from portal.kernel.errors import Invalid, NotFound
from portal.web.fetch import fetch


class CodeSetVersionInput(Input):
    """The next version of a code set; it begins with the codes in force."""

    number = serializers.CharField(max_length=40)
    valid_from = serializers.DateField(required=False, allow_null=True, default=None)
    note = serializers.CharField(required=False, default="", allow_blank=True)


class CodeInput(Input):
    """One code as text; dates as ISO text."""

    code = serializers.CharField(max_length=60)
    label_zh = serializers.CharField(max_length=200)
    label_en = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    parent = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)  # type: ignore[assignment]  # Field has an attribute of this name
    valid_from = serializers.CharField(max_length=10, required=False, default="", allow_blank=True)
    valid_to = serializers.CharField(max_length=10, required=False, default="", allow_blank=True)


class CodesInput(Input):
    """All codes of a draft, in order."""

    codes = CodeInput(many=True, allow_empty=False)


class CodeSetVersions(CatalogView):
    """The versions of a code set; a POST drafts the next one."""

    @extend_schema(
        operation_id="catalog_code_set_version_create",
        request=CodeSetVersionInput,
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, code_set: str) -> Response:
        """Draft the next version, which begins with the codes in force."""
        if (given := self.once(request)) is not None:
            return given
        found = fetch(selectors.code_sets(self.actor), code=code_set)
        fields = self.checked(CodeSetVersionInput(data=request.data))
        made = services.new_code_set_version(self.actor, code_set=found, **fields)
        return Response(version_answer(made), status=status.HTTP_201_CREATED)


class CodeSetCodes(CatalogView):
    """The codes of one version."""

    def version(self, code_set: str, number: str) -> CodeSetVersion:
        """Return the version if the caller may see it."""
        found = fetch(selectors.code_sets(self.actor), code=code_set)
        return fetch(selectors.code_set_versions(self.actor, found), number=number)

    def represented(self, version: CodeSetVersion) -> dict[str, Any]:
        """Represent a version with the verbs open to the caller."""
        names = [row.verb for row in CODE_SETS.verbs_from(version.state) if row.verb != "supersede"]
        verbs = [name for name in names if policies.decide_standard(self.actor, name, version)]
        return version_answer(version) | {"codes": version.codes.count(), "verbs": verbs}

    @extend_schema(operation_id="catalog_code_set_codes", request=CodesInput, responses=OpenApiTypes.OBJECT)
    def put(self, request: Request, code_set: str, number: str) -> Response:
        """Make the codes of a draft those given, all or none; they are checked as a file of codes is."""
        if (given := self.once(request)) is not None:
            return given
        codes = self.checked(CodesInput(data=request.data))["codes"]
        version = self.version(code_set, number)
        content = json.dumps([dict(code) for code in codes], ensure_ascii=False).encode()
        read = services.read_code_file(io.BytesIO(content), "codes.json")
        if read.problems:
            fields = {f"codes.{one.line}.{one.field}": [message(one.reason)] for one in read.problems}
            raise Invalid(fields=fields)
        services.set_codes(self.actor, version=version, rows=read.rows)
        return Response(self.represented(version))


class CodeSetVerb(CodeSetCodes):
    """One act on a version of a code set."""

    http_method_names = ["post", "options"]

    @extend_schema(operation_id="catalog_code_set_verb", request=VerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, code_set: str, number: str, verb: str) -> Response:
        """Put a version in force (``enforce``) or ``withdraw`` it with a reason."""
        if verb not in services.CODE_SET_VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        reason = self.checked(VerbInput(data=request.data))["reason"]
        version = self.version(code_set, number)
        return Response(self.represented(services.CODE_SET_VERBS[verb](self.actor, version=version, reason=reason)))
