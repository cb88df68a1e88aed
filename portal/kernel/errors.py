"""Business refusals with a stable code each; pages and the API translate them in one table."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Protocol, runtime_checkable


@runtime_checkable
class LazyText(Protocol):
    """A text translated when it is shown (what Django's ``gettext_lazy`` returns)."""

    def __str__(self) -> str: ...


Text = str | LazyText


class DomainError(Exception):
    """A refusal that a user can understand: ``code`` is stable, ``message`` is for people."""

    status: ClassVar[int] = 400
    default_code: ClassVar[str] = "refused"

    def __init__(self, message: Text = "", *, code: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.details = details

    def __str__(self) -> str:
        return str(self.message) or self.code


class Invalid(DomainError):
    """Input whose shape is right but whose meaning is not; ``fields`` maps a field to its messages."""

    default_code = "invalid"

    def __init__(
        self,
        message: Text = "",
        *,
        code: str = "",
        fields: Mapping[str, Sequence[Text]] | None = None,
        **details: object,
    ) -> None:
        super().__init__(message, code=code, **details)
        self.fields: dict[str, list[Text]] = {name: list(texts) for name, texts in (fields or {}).items()}


class ReasonMissing(DomainError):
    """The verb needs a reason and none was given."""

    default_code = "reason_missing"


class NotAllowed(DomainError):
    """The actor may see the object but not do this to it."""

    status = 403
    default_code = "not_allowed"


class NotFound(DomainError):
    """The object does not exist for this actor."""

    status = 404
    default_code = "not_found"


class TransitionRefused(DomainError):
    """The object is not in a state from which the verb leads on."""

    status = 409
    default_code = "transition_refused"


class Conflict(DomainError):
    """The request collides with what is already recorded."""

    status = 409
    default_code = "conflict"


class Gone(DomainError):
    """The thing existed and is withdrawn for good."""

    status = 410
    default_code = "gone"


class LengthRequired(DomainError):
    """The input does not say how long it is."""

    status = 411
    default_code = "length_required"


class TooLarge(DomainError):
    """The input passes a limit of size."""

    status = 413
    default_code = "too_large"


class TooManyRequests(DomainError):
    """The caller passed a rate limit; ``details['retry_after']`` is in seconds."""

    status = 429
    default_code = "too_many_requests"
