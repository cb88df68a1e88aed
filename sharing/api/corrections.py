"""The API of corrections: shape is checked here, everything else by the services (Order 809 art 26)."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Version
from portal.api.shapes import Input
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, NotFound
from sharing import policies
from sharing import selectors as grants
from sharing.api.views import SharingView
from sharing.models import Correction
from sharing.selectors import corrections as selectors
from sharing.services import corrections as services
from sharing.workflow import CORRECTIONS


class LineInput(Input):
    """One wrong cell: the row by its values (at least of the key), the item, the value seen, the value expected."""

    row = serializers.DictField(child=serializers.JSONField(allow_null=True))
    item = serializers.CharField(max_length=63)
    seen = serializers.JSONField(allow_null=True)
    expected = serializers.JSONField(allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        values = [attrs["seen"], attrs["expected"], *attrs["row"].values()]
        if not all(value is None or isinstance(value, str | int | float | bool) for value in values):
            raise serializers.ValidationError(_("Values are texts, numbers, true, false or null."))
        return attrs


class CorrectionInput(Input):
    """A report: the grant, the version received (by default the current one), the lines, what shows the error."""

    grant = serializers.CharField(max_length=20)
    version = serializers.IntegerField(required=False, min_value=1)
    statement = serializers.CharField(max_length=4000)
    lines = serializers.ListField(child=LineInput(), min_length=1, max_length=services.MOST_LINES)


class CorrectionVerbInput(Input):
    """What goes with a verb: the reason; for ``confirm`` the positions of the lines confirmed, by default all."""

    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    lines = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=100)


class EvidenceInput(Input):
    """One document of evidence, as a form."""

    file = serializers.FileField()


def _checked(serializer: Input) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def _iso(moment: Any) -> str | None:
    return timezone.localtime(moment).isoformat(timespec="seconds") if moment else None


def correction_answer(correction: Correction) -> dict[str, Any]:
    """Represent a correction in a list: no row and no value."""
    due = getattr(correction, "due_on", None)
    return {
        "number": correction.number,
        "state": correction.state,
        "resource": correction.resource.code.replace("/", "~"),
        "version": correction.version.number,
        "department": correction.department.name_zh if correction.department else None,
        "provider": correction.provider.name_zh,
        "filed_at": _iso(correction.filed_at),
        "due_on": due.isoformat() if due else None,
        "confirmed_at": _iso(correction.confirmed_at),
        "closed_at": _iso(correction.closed_at),
        "answer": correction.answer,
    }


def _whole(actor: Actor, number: str) -> dict[str, Any]:
    """Represent one correction with what the caller may see of its lines, and the verbs it may use now."""
    correction = selectors.fetch_correction(actor, number)
    page = selectors.correction_page(actor, correction)
    correction.due_on = page.deadline.due_on if page.deadline else None  # type: ignore[attr-defined]  # as lists annotate
    verbs = [*(row.verb for row in CORRECTIONS.verbs_from(correction.state)), "receive"]
    return {
        **correction_answer(correction),
        "grant": correction.grant.number if correction.grant and page.shows_values else None,
        "statement": correction.statement if page.shows_values else None,
        "corrected_in": correction.corrected_in.number if correction.corrected_in else None,
        "lines": [_line(shown, correction) for shown in page.lines],
        "documents": [{"name": one.name, "bytes": one.byte_count, "sha256": one.sha256} for one in page.documents],
        "verbs": [verb for verb in verbs if policies.decide_correction(actor, verb, correction)],
    }


def _line(shown: selectors.LineShown, correction: Correction) -> dict[str, Any]:
    line, names = shown.line, {column["id"]: column["name"] for column in correction.version.columns}
    answer: dict[str, Any] = {"line": line.position, "item": names[line.column_id], "confirmed": line.is_confirmed}
    answer["outcome"] = line.outcome or None
    if shown.row is not None:
        answer["row"] = {names[name]: value for name, value in line.key.items()}
    if shown.shows_values:
        answer |= {"seen": line.seen, "expected": line.expected, "is_masked": line.is_masked}
    return answer


class CorrectionList(SharingView):
    """The corrections the caller may see; a POST files one."""

    parameters = frozenset({"state", "side", "late", "waiting", "cursor", "limit"})

    @extend_schema(
        operation_id="sharing_corrections_list",
        parameters=[
            OpenApiParameter("state", str, enum=list(CORRECTIONS.states)),
            OpenApiParameter("side", str, enum=list(selectors.SIDES)),
            OpenApiParameter("late", str, enum=["true"], description="Only those past their day"),
            OpenApiParameter("waiting", str, enum=["true"], description="Only those that wait for the caller"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        """List corrections, newest first."""
        given = {name: request.query_params.get(name, "") for name in ("state", "side", "late", "waiting")}
        allowed = {"state": CORRECTIONS.states, "side": selectors.SIDES, "late": ["true"], "waiting": ["true"]}
        for name, value in given.items():
            if value and value not in allowed[name]:
                raise Invalid(fields={name: [_("This is one of: %s") % ", ".join(allowed[name])]})
        found = selectors.corrections(
            self.actor,
            state=given["state"],
            side=given["side"],
            late=bool(given["late"]),
            waiting=bool(given["waiting"]),
        )
        return self.paged(request, found, correction_answer)

    @extend_schema(
        operation_id="sharing_corrections_create", request=CorrectionInput, responses={201: OpenApiTypes.OBJECT}
    )
    def post(self, request: Request) -> Response:
        """File a correction by a grant of the caller's department."""
        if (given := self.once(request)) is not None:
            return given
        fields = _checked(CorrectionInput(data=request.data))
        grant = grants.fetch_grant(self.actor, fields["grant"])
        filed = services.file_correction(
            self.actor,
            grant=grant,
            version=_version(grant.resource_id, fields.get("version")),
            lines=[services.Reported(**line) for line in fields["lines"]],
            statement=fields["statement"],
        )
        return Response(
            _whole(self.actor, filed.number),
            status=status.HTTP_201_CREATED,
            headers={"Location": f"/api/v1/sharing/corrections/{filed.number}/"},
        )


def _version(resource_id: int, number: int | None) -> Version | None:
    if number is None:
        return None
    found = Version.objects.filter(resource_id=resource_id, number=number).first()
    if found is None:
        raise Invalid(fields={"version": [_("There is no such version.")]})
    return found


class CorrectionDetail(SharingView):
    """One correction."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_correction_read", responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: str) -> Response:
        """Read a correction, with the lines and values the caller may see and the verbs it may use now."""
        return Response(_whole(self.actor, number))


class CorrectionDocuments(SharingView):
    """The evidence of one correction."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(
        operation_id="sharing_correction_attach",
        request={"multipart/form-data": EvidenceInput},
        responses={201: OpenApiTypes.OBJECT},
    )
    def post(self, request: Request, number: str) -> Response:
        """Attach a document while the correction is not answered."""
        if (given := self.once(request)) is not None:
            return given
        correction = selectors.fetch_correction(self.actor, number)
        file = _checked(EvidenceInput(data=request.data))["file"]
        services.attach_evidence(self.actor, correction=correction, file=file, name=file.name)
        return Response(_whole(self.actor, number), status=status.HTTP_201_CREATED)


class CorrectionVerb(SharingView):
    """One verb of the transition table on a correction, or ``receive`` as another holder."""

    parameters: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="sharing_correction_verb", request=CorrectionVerbInput, responses=OpenApiTypes.OBJECT)
    def post(self, request: Request, number: str, verb: str) -> Response:
        """Verify, confirm, refuse, correct, withdraw or receive."""
        if verb not in _VERBS:
            raise NotFound(_("There is no such act."))
        if (given := self.once(request)) is not None:
            return given
        correction = selectors.fetch_correction(self.actor, number)
        _VERBS[verb](self.actor, correction, _checked(CorrectionVerbInput(data=request.data)))
        return Response(_whole(self.actor, number))


_VERBS: dict[str, Callable[[Actor, Correction, dict[str, Any]], object]] = {
    "verify": lambda actor, one, given: services.verify(actor, correction=one),
    "confirm": lambda actor, one, given: services.confirm(
        actor, correction=one, lines=given.get("lines"), reason=given["reason"]
    ),
    "refuse": lambda actor, one, given: services.refuse_correction(actor, correction=one, reason=given["reason"]),
    "correct": lambda actor, one, given: services.correct(actor, correction=one, reason=given["reason"]),
    "withdraw": lambda actor, one, given: services.withdraw_correction(actor, correction=one, reason=given["reason"]),
    "receive": lambda actor, one, given: services.confirm_receipt(actor, correction=one),
}
