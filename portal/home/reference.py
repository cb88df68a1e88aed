"""The API reference: our OpenAPI description read into parts, operations and parameters for a page."""

from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext_lazy as _
from drf_spectacular.generators import SchemaGenerator

from portal.kernel.errors import Text

KEPT_SECONDS = 3600
METHODS = ("get", "post", "put", "patch", "delete")
PARTS: dict[str, Text] = {
    "catalog": _("Catalog"),
    "sharing": _("Sharing"),
    "opening": _("Opening"),
    "licenses": _("Licenses"),
    "audit": _("Audit"),
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    kind: str
    is_required: bool
    text: str


@dataclass(frozen=True)
class Operation:
    """One verb on one address."""

    method: str
    path: str
    title: str
    text: str
    parameters: list[Parameter]
    body: list[Parameter]
    answers: list[tuple[str, str]]
    needs_key: bool

    @property
    def anchor(self) -> str:
        """An id for links to this operation."""
        cleaned = "".join(sign if sign.isalnum() else "-" for sign in self.path)
        return f"{self.method.lower()}{cleaned}"


@dataclass
class Part:
    """The operations of one app."""

    name: str
    label: Text
    operations: list[Operation] = field(default_factory=list)


def reference() -> list[Part]:
    """Return the parts of the API in a fixed order; the description is built once an hour."""
    schema = cache.get("openapi-reference")
    if schema is None:
        schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]  # the library has no types here
        cache.set("openapi-reference", schema, KEPT_SECONDS)
    return parts_of(schema)


def parts_of(schema: dict[str, Any]) -> list[Part]:
    """Sort the operations of an OpenAPI description into parts by the first word of their address."""
    parts = {name: Part(name, label) for name, label in PARTS.items()}
    for path, verbs in sorted(schema.get("paths", {}).items()):
        name = path.removeprefix("/api/v1/").split("/")[0]
        part = parts.setdefault(name, Part(name, name))
        part.operations.extend(_operation(schema, method, path, verbs[method]) for method in METHODS if method in verbs)
    return [part for part in parts.values() if part.operations]


def _operation(schema: dict[str, Any], method: str, path: str, raw: dict[str, Any]) -> Operation:
    title, _sep, rest = str(raw.get("summary") or raw.get("description") or "").partition("\n")
    return Operation(
        method=method.upper(),
        path=path,
        title=title.strip() or path,
        text=(rest if not raw.get("summary") else str(raw.get("description", ""))).strip(),
        parameters=[_parameter(schema, one) for one in raw.get("parameters", [])],
        body=_body(schema, raw.get("requestBody", {})),
        answers=[(status, _word(answer)) for status, answer in raw.get("responses", {}).items()],
        needs_key=bool(raw.get("security")) and {} not in raw.get("security", []),
    )


def _parameter(schema: dict[str, Any], raw: dict[str, Any]) -> Parameter:
    raw = _resolved(schema, raw)
    kind = _kind(schema, raw.get("schema", {}))
    return Parameter(raw["name"], raw.get("in", ""), kind, bool(raw.get("required")), str(raw.get("description", "")))


def _body(schema: dict[str, Any], raw: dict[str, Any]) -> list[Parameter]:
    content: dict[str, Any] = next(iter(raw.get("content", {}).values()), {})
    shape = _resolved(schema, content.get("schema", {}))
    required = set(shape.get("required", []))
    return [
        Parameter(name, "body", _kind(schema, one), name in required, str(one.get("description", "")))
        for name, one in shape.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any], raw: dict[str, Any]) -> str:
    raw = _resolved(schema, raw)
    kind = raw.get("type", "object")
    if isinstance(kind, list):
        kind = " | ".join(kind)
    if kind == "array":
        return f"[{_kind(schema, raw.get('items', {}))}]"
    if choices := raw.get("enum"):
        return " | ".join(str(choice) for choice in choices if choice is not None)
    return f"{kind} ({raw['format']})" if raw.get("format") else str(kind)


def _resolved(schema: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    address = raw.get("$ref") or next((one["$ref"] for one in raw.get("allOf", []) if "$ref" in one), None)
    if not address:
        return raw
    found: Any = schema
    for step in address.removeprefix("#/").split("/"):
        found = found.get(step, {})
    return dict(found)


def _word(answer: dict[str, Any]) -> str:
    return str(answer.get("description", ""))
