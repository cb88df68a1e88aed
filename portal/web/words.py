"""Words for verbs and recorded actions, so that a timeline reads as sentences and not as codes."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.errors import Text

_VERBS: dict[str, Text] = {
    "create": _("Created"),
    "draft": _("Saved as a draft"),
    "update": _("Changed"),
    "change": _("Changed"),
    "edit": _("Changed"),
    "save": _("Saved"),
    "delete": _("Deleted"),
    "submit": _("Submitted"),
    "resubmit": _("Submitted again"),
    "consent": _("Office head consented"),
    "approve": _("Approved"),
    "agree": _("Agreed"),
    "accept": _("Accepted"),
    "return": _("Returned"),
    "send_back": _("Returned"),
    "refuse": _("Refused"),
    "reject": _("Refused"),
    "withdraw": _("Withdrawn"),
    "publish": _("Published"),
    "unpublish": _("Taken out of publication"),
    "suspend": _("Suspended"),
    "resume": _("Resumed"),
    "retire": _("Retired"),
    "restore": _("Restored"),
    "archive": _("Archived"),
    "extend": _("Deadline extended"),
    "supplement": _("Asked to supplement"),
    "request_supplement": _("Asked to supplement"),
    "supply": _("Supplemented"),
    "open": _("Opened"),
    "close": _("Closed"),
    "deliver": _("Delivered"),
    "grant": _("Granted"),
    "expire": _("Expired"),
    "terminate": _("Terminated"),
    "revoke": _("Revoked"),
    "cancel": _("Canceled"),
    "withhold": _("Withheld"),
    "release": _("Released"),
    "issue": _("Issued"),
    "reissue": _("Issued again"),
    "renew": _("Renewed"),
    "lapse": _("Lapsed"),
    "verify": _("Verified"),
    "answer": _("Answered"),
    "reply": _("Answered"),
    "correct": _("Corrected"),
    "upload": _("File uploaded"),
    "ingest": _("File read in"),
    "download": _("Downloaded"),
    "read": _("Read"),
    "disclose": _("Data handed out"),
    "assign": _("Assigned"),
    "start": _("Started"),
    "finish": _("Finished"),
    "complete": _("Completed"),
    "fail": _("Failed"),
    "print": _("Printed"),
    "login": _("Signed in"),
    "logout": _("Signed out"),
}


def register(words: dict[str, Text]) -> None:
    """Add an app's own words, by verb or by whole action (``catalog.resource.submit``)."""
    _VERBS.update(words)


def word_of(action: str) -> Text:
    """Return the word of a recorded action: its own, that of its verb, or the code itself."""
    return _VERBS.get(action, _VERBS.get(action.rpartition(".")[2], action))
