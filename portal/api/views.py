"""The base of every API view: actor, scope, limits, idempotency, strict parameters, paged lists."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.api import idempotency, limits
from portal.api.authentication import AUTHENTICATION
from portal.api.models import Idempotency
from portal.api.pagination import Cursor
from portal.api.problems import handle
from portal.kernel.actors import Actor
from portal.kernel.errors import Invalid, LengthRequired, NotAllowed, TooLarge, TooManyRequests

WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def _refuse_unreadable(request: HttpRequest | Request, *, any_size: bool) -> None:
    """Refuse a NUL in a parameter, naming it, and a body too large to be held in memory (files come in forms)."""
    for name, values in request.GET.lists():
        if "\x00" in name or any("\x00" in value for value in values):
            raise Invalid(fields={name.replace("\x00", ""): [_("Null characters are not allowed.")]})
    length = request.META.get("CONTENT_LENGTH") or "0"
    if is_chunked(request) and not any_size:
        # Django reads no further than the length that is told: without one the body would be taken for none.
        raise LengthRequired(_("Send the length of the body: Content-Length."))
    is_form = (request.content_type or "").startswith("multipart/")
    if not (is_form or any_size) and length.isdecimal() and int(length[:18]) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        raise TooLarge(_("The body is too large."))


def is_chunked(request: HttpRequest | Request) -> bool:
    """Say whether the body comes in chunks, of which nobody knows how many there are."""
    return not request.META.get("CONTENT_LENGTH") and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "")


class ApiView(APIView):
    """Subclasses give ``read_scope``/``write_scope`` (what a key must carry) and whether visitors may call.

    ``reads_in_blocks`` lets bodies of any size through to a view that never holds one whole; ``answers_early`` says
    that ``answer_early`` may have an answer.
    """

    authentication_classes = AUTHENTICATION
    read_scope: ClassVar[str] = ""
    write_scope: ClassVar[str] = ""
    open_to_visitors: ClassVar[bool] = False
    parameters: ClassVar[frozenset[str] | None] = None
    reads_in_blocks: ClassVar[bool] = False
    answers_early: ClassVar[bool] = False
    _claim: Idempotency | None = None
    _allowance: limits.Allowance | None = None

    @property
    def actor(self) -> Actor:
        """Who calls: the actor of the key or of the session, or a visitor."""
        actor: Actor = self.request._request.actor  # type: ignore[attr-defined]
        return actor

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        return handle

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.admit(request, self.actor)

    def admit(self, request: HttpRequest | Request, actor: Actor) -> None:
        """Let a caller in: visitors where they may come, within her limit, by a key of the right scope, asking nothing
        that cannot be read or that nobody reads. A request is counted once, however often this is asked.
        """
        if not self.open_to_visitors and actor.is_visitor:
            raise exceptions.NotAuthenticated(_("Send a key: Authorization: Bearer <key>."))
        self._count(request._request if isinstance(request, Request) else request, actor)
        scope = self.write_scope if request.method in WRITES else self.read_scope
        if scope and not actor.has_scope(scope):
            raise NotAllowed(_("This key does not carry the scope “%s”.") % scope, code="scope_missing")
        _refuse_unreadable(request, any_size=self.reads_in_blocks)
        if self.parameters is not None:
            self.only(request, self.parameters)

    def _count(self, request: HttpRequest, actor: Actor) -> None:
        self._allowance = getattr(request, "allowance", None)
        if self._allowance is None:
            try:
                request.allowance = self._allowance = limits.spend(actor)  # type: ignore[attr-defined]  # ours
            except TooManyRequests as error:
                self._allowance = error.details["allowance"]  # type: ignore[assignment]  # put there by spend
                raise

    def answer_early(self, request: HttpRequest, **address: Any) -> HttpResponseBase | None:
        """Answer a GET of a caller without a session, before anything is prepared for it; None: not this way.

        Must refuse nothing: the ordinary way does.
        """
        return None

    def only(self, request: HttpRequest | Request, names: Iterable[str]) -> None:
        """Refuse query parameters that nobody reads, naming the first. Raises ``Invalid``."""
        for name in request.GET:
            if name not in names:
                raise Invalid(fields={name: [_("There is no parameter of this name here.")]}, code="unknown_parameter")

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            response = super().dispatch(request, *args, **kwargs)
        except BaseException:
            # A fault of ours must not leave the caller's key claimed for ever.
            if self._claim is not None and self._claim.status is None:
                idempotency.give_up(self._claim)
            raise
        if self._claim is not None and self._claim.status is None:
            idempotency.finish(self._claim, response)  # type: ignore[arg-type]  # the stubs forget DRF's own class
        self.tell_limits(response)
        if not self.actor.is_visitor and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def tell_limits(self, response: HttpResponseBase) -> None:
        """Write what the caller has left into the headers."""
        if self._allowance is not None:
            for name, value in self._allowance.headers().items():
                response[name] = value

    def once(self, request: Request, headers: Iterable[str] = ()) -> Response | None:
        """Return the answer already given under the caller's Idempotency-Key, or claim the key for this request.

        Where headers say what is asked, name them. Call it first in a handler that creates or moves something::

            if (given := self.once(request)) is not None:
                return given
        """
        key = request.headers.get("Idempotency-Key", "")
        if not key or self.actor.user_id is None:
            return None
        claim = idempotency.begin(request, key, self.actor.user_id, headers)
        if claim.status is None:
            self._claim = claim
            return None
        headers = {"Idempotent-Replayed": "true"} | ({"Location": claim.location} if claim.location else {})
        return Response(claim.answer, status=claim.status, headers=headers)

    def paged(
        self,
        request: Request,
        queryset: QuerySet[Any],
        represent: Callable[[Any], dict[str, Any]],
        ordering: str = "-pk",
    ) -> Response:
        """Answer one page of ``queryset`` in a unique ``ordering``, each row through ``represent``."""
        return self.paged_together(request, queryset, lambda rows: [represent(row) for row in rows], ordering)

    def paged_together(
        self,
        request: Request,
        queryset: QuerySet[Any],
        represent: Callable[[list[Any]], list[dict[str, Any]]],
        ordering: str = "-pk",
    ) -> Response:
        """Answer one page like ``paged``, all its rows through one call: for what is counted for many at once."""
        cursor = Cursor()
        cursor.ordering = ordering
        rows: list[Model] = cursor.paginate_queryset(queryset, request, view=self) or []
        return cursor.get_paginated_response(represent(rows))
