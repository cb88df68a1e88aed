"""What can go wrong in the data plane: each error carries a stable code and parameters, never prose."""

from __future__ import annotations


class DataError(Exception):
    """Base of every refusal of the data plane; `code` is stable, `params` fill its message."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


class UnreadableFile(DataError):
    """The file as a whole cannot be read: nothing of it was taken."""


class IngestCancelled(DataError):
    """The progress callback asked to stop; nothing half-written stays behind."""


class PlanInvalid(DataError):
    """A plan or a question is not well formed; `parameter` names the part at fault."""

    def __init__(self, parameter: str, code: str, **params: object) -> None:
        super().__init__(code, parameter=parameter, **params)
        self.parameter = parameter


class PlanRefused(PlanInvalid):
    """A well-formed question asks for more than the allowed plan gives."""


class EngineLimit(DataError):
    """A query passed its limit of time or memory."""


class ExportTooLarge(DataError):
    """The rows do not fit the asked file format."""


class DamagedFile(DataError):
    """A stored file is missing or its content is not what was recorded."""


class ServingGone(DataError):
    """A serving table is not there (any more), or its database cannot be reached; the files answer as well."""
