"""The transition table of a source that data is fetched from."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text
from portal.workflow.table import Table, Transition

WORDS: dict[str, Text] = {
    "catalog.source.create": _("Data source set up"),
    "catalog.source.edit": _("Data source changed"),
    "catalog.source.test": _("Connection to a data source tested"),
    "catalog.source.run": _("Data fetched from a source"),
    "catalog.source.pause": _("Data source paused"),
    "catalog.source.resume": _("Data source resumed"),
    "catalog.source.retire": _("Data source retired"),
}

SOURCES = Table(
    name="catalog.source",
    states={"active": _("Active"), "paused": _("Paused"), "retired": _("Retired")},
    initial="active",
    final=frozenset({"retired"}),
    transitions=(
        Transition("pause", ("active",), "paused", label=_("Pause")),
        Transition("resume", ("paused",), "active", label=_("Resume")),
        Transition(
            "retire", ("active", "paused"), "retired", label=pgettext_lazy("data source", "Retire"), needs_reason=True
        ),
    ),
)
