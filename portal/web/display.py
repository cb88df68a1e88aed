"""How a person wants pages shown: theme, text size and language, kept in cookies and in the profile."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import get_language

from portal.accounts.models import User
from portal.accounts.services import set_display

THEMES = ("auto", "light", "dark")
TEXTS = ("normal", "large")
THEME_COOKIE = "songhua_theme"
TEXT_COOKIE = "songhua_text"
ONE_YEAR = 365 * 24 * 3600
_NEXT_THEME = {"auto": "dark", "dark": "light", "light": "auto"}


@dataclass(frozen=True)
class Display:
    """The choices in force for one request, and what the bar at the top offers."""

    theme: str
    text: str
    here: str
    url: str = "/display/"

    @property
    def next_theme(self) -> str:
        return _NEXT_THEME[self.theme]

    @cached_property
    def is_chinese(self) -> bool:
        return (get_language() or "").startswith("zh")

    @property
    def other_language(self) -> str:
        """The BCP 47 tag of the language one may switch to."""
        return "en" if self.is_chinese else "zh-Hans"

    @property
    def other_language_code(self) -> str:
        return "en" if self.is_chinese else "zh-hans"

    @property
    def other_language_name(self) -> str:
        return "English" if self.is_chinese else "中文"


def display_of(request: HttpRequest) -> Display:
    """Read the choices: a cookie first, then the profile of the person signed in, then the default."""
    user = getattr(request, "user", None)
    profile = user if isinstance(user, User) else None
    theme = request.COOKIES.get(THEME_COOKIE) or (profile.theme if profile else "")
    text = request.COOKIES.get(TEXT_COOKIE) or (profile.text_size if profile else "")
    return Display(
        theme=theme if theme in THEMES else "auto",
        text=text if text in TEXTS else "normal",
        here=_here(request),
    )


def keep(request: HttpRequest, response: HttpResponse, *, theme: str = "", text: str = "", language: str = "") -> None:
    """Keep the choices that are given and known: as cookies, and in the profile when signed in."""
    chosen = {
        THEME_COOKIE: theme if theme in THEMES else "",
        TEXT_COOKIE: text if text in TEXTS else "",
        settings.LANGUAGE_COOKIE_NAME: language if language in dict(settings.LANGUAGES) else "",
    }
    for name, value in chosen.items():
        if value:
            response.set_cookie(name, value, max_age=ONE_YEAR, secure=request.is_secure(), samesite="Lax")
    user = getattr(request, "user", None)
    if isinstance(user, User):
        set_display(
            user,
            theme=chosen[THEME_COOKIE] or None,
            text_size=chosen[TEXT_COOKIE] or None,
            language=chosen[settings.LANGUAGE_COOKIE_NAME] or None,
        )


def _here(request: HttpRequest) -> str:
    """The address to come back to; after a POST the page that held the form."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    referer = urlsplit(request.headers.get("Referer", ""))
    return referer.path or "/"
