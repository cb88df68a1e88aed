"""Tags of the open-data pages: freshness, the rules of a license, addresses of files."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from catalog.models import Version
from opening.models import DataLicense, Publication
from opening.selectors.freshness import Freshness, freshness_of

register = template.Library()


@dataclass(frozen=True)
class Rules:
    """Lines of a license and the language they are in, when it is not that of the page."""

    lines: list[str]
    lang_attribute: SafeString | str


@register.simple_tag
def freshness(publication: Publication) -> Freshness | None:
    """Return how fresh the data of an edition is."""
    return freshness_of(publication.resource.current_version, publication.resource.update_cycle)


@register.simple_tag
def trans_rules(license_: DataLicense, name: str) -> Rules:
    """Return the lines ``may``, ``must`` or ``may_not`` of a license in the language of the page, else in the other."""
    wanted, other = ("zh", "en") if (get_language() or "").startswith("zh") else ("en", "zh")
    if lines := getattr(license_, f"{name}_{wanted}"):
        return Rules(lines, "")
    lang = "zh-Hans" if other == "zh" else "en"
    return Rules(getattr(license_, f"{name}_{other}"), format_html(' lang="{}"', lang))


@register.simple_tag
def version_file(publication: Publication, version: Version, form: str) -> str:
    """Return the address of a version's file."""
    file = f"{publication.name}-v{version.number}.{form}"
    return reverse("dataset_file", args=[publication.name, publication.file_id, file])
