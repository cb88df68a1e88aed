"""A form posted after the session ended: kept in the new session until the person signs in and sends it again."""

from dataclasses import dataclass

from django.http import HttpRequest

KEY = "kept_post"
MOST_CHARACTERS = 200_000
_NEVER = frozenset({"csrfmiddlewaretoken"})
#: Forms below this address hold passwords under any name.
_ACCOUNTS = "/accounts/"


@dataclass(frozen=True)
class KeptPost:
    """Where the form was going, its fields, and the names of files, which could not be kept."""

    path: str
    fields: list[tuple[str, str]]
    files: list[str]


def keep_post(request: HttpRequest) -> bool:
    """Keep the fields of this POST in the session; forms of accounts, passwords and over-long forms are not kept."""
    if request.path.startswith(_ACCOUNTS):
        return False
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name not in _NEVER]
    if any("password" in name for name, _ in fields) or sum(len(value) for _, value in fields) > MOST_CHARACTERS:
        return False
    files = [str(upload.name) for uploads in request.FILES.lists() for upload in uploads[1]]
    request.session[KEY] = {"path": request.get_full_path(), "fields": fields, "files": files}
    return True


def kept_post(request: HttpRequest) -> KeptPost | None:
    """Return what was kept, or None."""
    raw = request.session.get(KEY)
    if not raw:
        return None
    return KeptPost(raw["path"], [(name, value) for name, value in raw["fields"]], list(raw["files"]))


def forget_post(request: HttpRequest) -> None:
    """Drop what was kept."""
    request.session.pop(KEY, None)
