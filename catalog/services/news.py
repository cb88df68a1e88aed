"""Tells people what happened to resources and files they answer for."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.models import Amendment, Resource, Upload
from catalog.policies import people_for_amendment, people_who_can
from catalog.selectors.impact import Impact
from portal.accounts.models import User
from portal.accounts.people import people_with
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Text
from portal.notices.services import notify

_TEXTS: dict[str, Text] = {
    "submit": _("“%(title)s” (%(code)s) waits for your consent before it goes to the data authority."),
    "approve": _("“%(title)s” (%(code)s) waits for your review and publication."),
    "return": _("“%(title)s” (%(code)s) came back for changes: %(reason)s"),
    "publish": _("“%(title)s” (%(code)s) is published in the catalog."),
    "suspend": _("“%(title)s” (%(code)s) is suspended: %(reason)s"),
    "resume": _("“%(title)s” (%(code)s) is available again."),
    "retire": _("“%(title)s” (%(code)s) is retired: %(reason)s"),
}
_AMENDMENT_TEXTS: dict[str, Text] = {
    "submit": _("An amendment of “%(title)s” (%(code)s) waits for your consent."),
    "approve": _("An amendment of “%(title)s” (%(code)s) waits for your review and publication."),
    "return": _("The amendment of “%(title)s” (%(code)s) came back for changes: %(reason)s"),
    "publish": _("The amendment of “%(title)s” (%(code)s) is published and in force."),
    "extend": _("Five working days more were given for the amendment of “%(title)s” (%(code)s): %(reason)s"),
    "cancel": _("The amendment of “%(title)s” (%(code)s) was given up: %(reason)s"),
}
_UPLOAD_TEXTS: dict[str, Text] = {
    "accepted": _("The file “%(name)s” is now the current version of “%(title)s”."),
    "deciding": _("Some rows of the file “%(name)s” for “%(title)s” do not fit: decide whether the others are taken."),
    "rejected": _("The file “%(name)s” does not fit the data items of “%(title)s”; the version before stays."),
    "failed": _("The file “%(name)s” for “%(title)s” could not be read; the version before stays."),
}


def _concerned(resource: Resource, verb: str) -> QuerySet[User]:
    if verb == "submit":
        return people_who_can("approve", resource)
    if verb == "approve":
        return people_who_can("publish", resource)
    if verb in {"return", "publish"}:
        return User.objects.filter(Q(pk=resource.submitted_by_id) | Q(pk=resource.created_by_id), is_active=True)
    return people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=[resource.provider_id])


def tell_of_move(actor: Actor, resource: Resource, verb: str, reason: str) -> None:
    """Tell those concerned of a verb, but not the one who did it. Call it inside the transaction of the act."""
    if verb not in _TEXTS:
        return
    notify(
        _concerned(resource, verb).exclude(pk=actor.user_id or 0),
        kind=f"catalog.{verb}",
        title_msg=_TEXTS[verb],
        url=f"{resource.get_absolute_url()}review/" if verb in {"submit", "approve"} else resource.get_absolute_url(),
        context={"title": resource.title_zh, "title_en": resource.title_en, "code": resource.code, "reason": reason},
    )


_TOUCHED: dict[str, Text] = {
    "suspend": _("“%(title)s” (%(code)s), which your department uses, is suspended: %(reason)s"),
    "retire": _("“%(title)s” (%(code)s), which your department uses, is retired: %(reason)s"),
    "items": _("“%(title)s” (%(code)s), which your department uses, has changed: %(reason)s"),
}


def tell_those_touched(resource: Resource, impact: Impact, change: str, reason: str) -> None:
    """Tell the data offices whose grants, requests or resources a change (a key of ``_TOUCHED``) touches."""
    departments = [department.pk for department in impact.departments if department.pk != resource.provider_id]
    notify(
        people_with(Duty.DATA_OFFICER, Duty.OFFICE_HEAD, departments=departments),
        kind=f"catalog.touched.{change}",
        title_msg=_TOUCHED[change],
        url=resource.get_absolute_url(),
        context={"title": resource.title_zh, "title_en": resource.title_en, "code": resource.code, "reason": reason},
    )


def _concerned_by_amendment(amendment: Amendment, verb: str) -> QuerySet[User]:
    waiting = {"submit": "approve", "approve": "publish"}
    if verb in waiting:
        return people_for_amendment(waiting[verb], amendment)
    makers = Q(pk=amendment.submitted_by_id) | Q(pk=amendment.created_by_id)
    return User.objects.filter(makers, is_active=True)


def tell_of_amendment(actor: Actor, amendment: Amendment, verb: str, reason: str) -> None:
    """Tell those concerned of a verb on an amendment, but not the one who did it. Call it inside the transaction."""
    if verb not in _AMENDMENT_TEXTS:
        return
    resource = amendment.resource
    page = "review/" if verb in {"submit", "approve"} else ""
    notify(
        _concerned_by_amendment(amendment, verb).exclude(pk=actor.user_id or 0),
        kind=f"catalog.amendment.{verb}",
        title_msg=_AMENDMENT_TEXTS[verb],
        url=f"{resource.get_absolute_url()}{page}",
        context={"title": resource.title_zh, "title_en": resource.title_en, "code": resource.code, "reason": reason},
    )


def tell_of_upload(upload: Upload) -> None:
    """Tell whoever handed a file in how its check ended."""
    if upload.state not in _UPLOAD_TEXTS:
        return
    notify(
        [upload.created_by],
        kind=f"catalog.upload.{upload.state}",
        title_msg=_UPLOAD_TEXTS[upload.state],
        url=f"{upload.resource.get_absolute_url()}uploads/{upload.pk}/",
        context={"name": upload.name, "title": upload.resource.title_zh, "title_en": upload.resource.title_en},
    )
