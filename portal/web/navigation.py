"""The links in the head and foot of every page; a link is shown only when its address exists."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.urls import Resolver404, resolve
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text
from portal.web.bilingual import BilingualText, bilingual

COUNT_KEPT_SECONDS = 30
_STAFF = frozenset({Duty.DATA_OFFICER, Duty.OFFICE_HEAD, Duty.COORDINATOR})


@dataclass(frozen=True)
class Entry:
    """One possible link: ``duties`` empty means for everybody on that side."""

    label: Text
    url: str
    duties: frozenset[Duty] = frozenset()


@dataclass(frozen=True)
class Link:
    """One link as printed."""

    label: Text
    url: str
    is_current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Navigation:
    """All links of one request and the place the official works in."""

    public: list[Link]
    office: list[Link]
    footer: list[Link]
    where: BilingualText | None = None


PUBLIC = (
    Entry(_("Find data"), "/dataset/"),
    Entry(pgettext_lazy("public", "Ask for data"), "/request/"),
    Entry(_("Reuses"), "/reuse/"),
    Entry(_("Verify a license"), "/verify/"),
    Entry(_("Developers"), "/developers/"),
)
OFFICE = (
    Entry(_("My desk"), "/desk/"),
    Entry(_("Catalog"), "/catalog/"),
    Entry(_("Sharing"), "/sharing/", _STAFF),
    Entry(_("Opening"), "/opening/", _STAFF),
    Entry(_("Licenses"), "/licenses/", frozenset({Duty.LICENSE_OFFICER, Duty.OFFICE_HEAD, Duty.COORDINATOR})),
    Entry(_("Coordination"), "/coordination/", frozenset({Duty.COORDINATOR})),
    Entry(_("Oversight"), "/oversight/", frozenset({Duty.SECURITY_ADMIN, Duty.COORDINATOR})),
    Entry(_("People"), "/accounts/people/", frozenset({Duty.SYSTEM_ADMIN, Duty.SECURITY_ADMIN})),
    Entry(_("Audit"), "/audit/", frozenset({Duty.AUDIT_ADMIN})),
)
FOOTER = (Entry(_("API reference"), "/developers/api/"),)

_desk_counter: list[Callable[[Actor], int]] = []


def count_desk_with(counter: Callable[[Actor], int]) -> None:
    """Let the app that composes the desk say how many tasks wait for an actor."""
    _desk_counter[:] = [counter]


def navigation_of(actor: Actor, path: str) -> Navigation:
    """Return the links for this actor on the page at ``path``."""
    return Navigation(
        public=_links(PUBLIC, path),
        office=[*_office_links(actor, path)] if actor.is_official else [],
        footer=_links(FOOTER, path),
        where=_where(actor) if actor.is_official else None,
    )


def _where(actor: Actor) -> BilingualText | None:
    """Return the name of the department the official works in, in the language of the page."""
    if not actor.standings:
        return None
    first = actor.standings[0]
    names = {"name_zh": first.department_name, "name_en": first.department_name_en}
    return bilingual(names, "name", chinese=(get_language() or "").startswith("zh"))


def _links(entries: tuple[Entry, ...], path: str) -> list[Link]:
    return [Link(e.label, e.url, path.startswith(e.url)) for e in entries if exists(e.url)]


def _office_links(actor: Actor, path: str) -> list[Link]:
    shown = [e for e in OFFICE if exists(e.url) and (not e.duties or e.duties & actor.duties)]
    return [Link(e.label, e.url, path.startswith(e.url), desk_count(actor) if e.url == "/desk/" else 0) for e in shown]


def desk_count(actor: Actor) -> int:
    """Return how many tasks wait for the actor; kept for half a minute, so that not every page counts anew."""
    if not _desk_counter:
        return 0
    key = f"desk-count:{actor.user_id}"
    count: int | None = cache.get(key)
    if count is None:
        count = _desk_counter[0](actor)
        cache.set(key, count, COUNT_KEPT_SECONDS)
    return count


@lru_cache(maxsize=64)
def exists(url: str) -> bool:
    """Say whether the installation has a page at ``url``."""
    try:
        resolve(url)
    except Resolver404:
        return False
    return True
