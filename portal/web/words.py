"""Words for verbs and recorded actions, so that a timeline reads as sentences and not as codes."""

from django.utils.translation import pgettext_lazy

from portal.kernel.errors import Text

#: What a page says once an act is done, by whole action; ``%(thing)s`` is what it was done to.
_DONE: dict[str, Text] = {}
_VERBS: dict[str, Text] = {
    "create": pgettext_lazy("act", "Created"),
    "draft": pgettext_lazy("act", "Saved as a draft"),
    "update": pgettext_lazy("act", "Changed"),
    "change": pgettext_lazy("act", "Changed"),
    "edit": pgettext_lazy("act", "Changed"),
    "save": pgettext_lazy("act", "Saved"),
    "delete": pgettext_lazy("act", "Deleted"),
    "submit": pgettext_lazy("act", "Submitted"),
    "resubmit": pgettext_lazy("act", "Submitted again"),
    "consent": pgettext_lazy("act", "Office head consented"),
    "approve": pgettext_lazy("act", "Approved"),
    "agree": pgettext_lazy("act", "Agreed"),
    "accept": pgettext_lazy("act", "Accepted"),
    "return": pgettext_lazy("act", "Returned"),
    "send_back": pgettext_lazy("act", "Returned"),
    "refuse": pgettext_lazy("act", "Refused"),
    "reject": pgettext_lazy("act", "Refused"),
    "withdraw": pgettext_lazy("act", "Withdrawn"),
    "publish": pgettext_lazy("act", "Published"),
    "unpublish": pgettext_lazy("act", "Taken out of publication"),
    "suspend": pgettext_lazy("act", "Suspended"),
    "resume": pgettext_lazy("act", "Resumed"),
    "retire": pgettext_lazy("act", "Retired"),
    "restore": pgettext_lazy("act", "Restored"),
    "archive": pgettext_lazy("act", "Archived"),
    "extend": pgettext_lazy("act", "Deadline extended"),
    "supplement": pgettext_lazy("act", "Asked to supplement"),
    "request_supplement": pgettext_lazy("act", "Asked to supplement"),
    "supply": pgettext_lazy("act", "Supplemented"),
    "open": pgettext_lazy("act", "Opened"),
    "close": pgettext_lazy("act", "Closed"),
    "deliver": pgettext_lazy("act", "Delivered"),
    "grant": pgettext_lazy("act", "Granted"),
    "expire": pgettext_lazy("act", "Expired"),
    "terminate": pgettext_lazy("act", "Terminated"),
    "revoke": pgettext_lazy("act", "Revoked"),
    "cancel": pgettext_lazy("act", "Canceled"),
    "withhold": pgettext_lazy("act", "Withheld"),
    "release": pgettext_lazy("act", "Released"),
    "issue": pgettext_lazy("act", "Issued"),
    "reissue": pgettext_lazy("act", "Issued again"),
    "renew": pgettext_lazy("act", "Renewed"),
    "lapse": pgettext_lazy("act", "Lapsed"),
    "verify": pgettext_lazy("act", "Verified"),
    "answer": pgettext_lazy("act", "Answered"),
    "reply": pgettext_lazy("act", "Answered"),
    "correct": pgettext_lazy("act", "Corrected"),
    "upload": pgettext_lazy("act", "File uploaded"),
    "ingest": pgettext_lazy("act", "File read in"),
    "download": pgettext_lazy("act", "Downloaded"),
    "read": pgettext_lazy("act", "Read"),
    "disclose": pgettext_lazy("act", "Data handed out"),
    "assign": pgettext_lazy("act", "Assigned"),
    "start": pgettext_lazy("act", "Started"),
    "finish": pgettext_lazy("act", "Finished"),
    "complete": pgettext_lazy("act", "Completed"),
    "fail": pgettext_lazy("act", "Failed"),
    "print": pgettext_lazy("act", "Printed"),
    "login": pgettext_lazy("act", "Signed in"),
    "logout": pgettext_lazy("act", "Signed out"),
}
#: The acts of the ground, which stands below this toolkit and cannot register its own.
_GROUND: dict[str, Text] = {
    "accounts.sign_in": pgettext_lazy("act", "Signed in"),
    "accounts.sign_out": pgettext_lazy("act", "Signed out"),
    "accounts.lock_out": pgettext_lazy("act", "Account locked after wrong passwords"),
    "accounts.create_department": pgettext_lazy("act", "Department registered"),
    "accounts.create_user": pgettext_lazy("act", "Account opened"),
    "accounts.open_user": pgettext_lazy("act", "Account opened again"),
    "accounts.close_user": pgettext_lazy("act", "Account closed"),
    "accounts.add_membership": pgettext_lazy("act", "Duty given"),
    "accounts.end_membership": pgettext_lazy("act", "Duty taken away"),
    "accounts.change_password": pgettext_lazy("act", "Password changed"),
    "accounts.reset_password": pgettext_lazy("act", "Password set anew"),
    "accounts.create_key": pgettext_lazy("act", "Key made"),
    "accounts.revoke_key": pgettext_lazy("act", "Key revoked"),
    "audit.search": pgettext_lazy("act", "Audit record searched"),
    "audit.verify": pgettext_lazy("act", "Audit record verified"),
}
_VERBS.update(_GROUND)


def register(words: dict[str, Text]) -> None:
    """Add an app's own words, by verb or by whole action (``catalog.resource.submit``)."""
    _VERBS.update(words)


def register_done(sentences: dict[str, Text]) -> None:
    """Add what an app's pages say once an act is done, by whole action, with a place for ``%(thing)s``."""
    _DONE.update(sentences)


def done(action: str, thing: object) -> str:
    """Say what was done to what: the sentence of the action, with the name or number of the thing in it."""
    return str(_DONE[action]) % {"thing": thing}


def word_of(action: str) -> Text:
    """Return the word of a recorded action: its own, that of its verb, or the code itself."""
    return _VERBS.get(action, _VERBS.get(action.rpartition(".")[2], action))
