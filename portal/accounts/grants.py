"""The only door to guardian: personal exceptions on single objects, each with a reason and an end.

guardian stores the exceptions and never decides; policies ask this module last (house.md §5).
"""

from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from portal.kernel.actors import Actor


class ObjectGrant(UserObjectPermissionBase):
    """A person's exception on one object. Subclasses add ``content_object``, a direct foreign key."""

    reason = models.TextField(_("reason"))
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))

    class Meta(UserObjectPermissionBase.Meta):
        abstract = True


G = TypeVar("G", bound=ObjectGrant)


def _running(actor: Actor, codename: str) -> Q:
    return Q(user_id=actor.user_id, permission__codename=codename, expires_at__gt=timezone.now())


def granted(actor: Actor, table: type[ObjectGrant], codename: str) -> Exists:
    """Return the condition, for a query on the objects, that ``actor`` holds a running exception on the row."""
    return Exists(table._default_manager.filter(_running(actor, codename), content_object_id=OuterRef("pk")))


def has_grant(actor: Actor, table: type[ObjectGrant], codename: str, obj: models.Model) -> bool:
    """Say whether ``actor`` holds a running exception on ``obj`` (1 query; none for visitors)."""
    if actor.user_id is None or not actor.is_active:
        return False
    return table._default_manager.filter(_running(actor, codename), content_object_id=obj.pk).exists()


def give_grant(
    table: type[G],
    *,
    user: Any,
    obj: models.Model,
    codename: str,
    granted_by: Any,
    reason: str,
    expires_at: datetime,
) -> G:
    """Store an exception for a person on an object until ``expires_at`` (renews a present one)."""
    permission = Permission.objects.get(content_type=ContentType.objects.get_for_model(obj), codename=codename)
    grant: G
    grant, _created = table._default_manager.update_or_create(
        user=user,
        permission=permission,
        content_object=obj,
        defaults={"granted_by": granted_by, "reason": reason, "expires_at": expires_at},
    )
    return grant


def withdraw_grant(table: type[ObjectGrant], *, user: Any, obj: models.Model, codename: str) -> int:
    """Remove a person's exception; returns how many rows went."""
    count, _by_model = table._default_manager.filter(
        user=user, content_object_id=obj.pk, permission__codename=codename
    ).delete()
    return count
