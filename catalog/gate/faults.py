"""Errors of the data plane as refusals a reader understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from catalog.data.errors import DamagedFile, DataError, EngineLimit, ExportTooLarge, PlanInvalid, PlanRefused
from catalog.gate.warrant import DataUnavailable
from catalog.messages import message
from portal.kernel.errors import DomainError, Invalid, TooLarge


@contextmanager
def translated() -> Iterator[None]:
    """Turn data-plane errors into DomainErrors: Invalid naming the parameter, TooLarge, DataUnavailable."""
    try:
        yield
    except DataError as error:
        raise as_refusal(error) from error


def as_refusal(error: DataError) -> DomainError:
    """Give the refusal for an error of the data plane."""
    text = message(error.code, error.params)
    if isinstance(error, PlanInvalid):
        code = "plan_refused" if isinstance(error, PlanRefused) else "invalid_parameter"
        return Invalid(
            _("The question cannot be answered as it is asked."), code=code, fields={error.parameter: [text]}
        )
    if isinstance(error, EngineLimit | ExportTooLarge):
        return TooLarge(text, code=error.code)
    if isinstance(error, DamagedFile):
        return DataUnavailable(text, code=error.code)
    return DomainError(text, code=error.code)
