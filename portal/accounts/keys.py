"""Who is behind an API key: looked up anew by one query that proves what was read a moment ago still stands."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actors import actor_for
from portal.accounts.models import ApiKey, User
from portal.accounts.services import digest_of
from portal.kernel.actors import Actor
from portal.kernel.places import Rows, mark, marks, proof_of, stamp_of
from portal.kernel.proof import Proof

_USE_NOTED_EVERY = timedelta(minutes=1)
_MOST = 500
_TABLES = {
    "key": Rows("accounts_apikey"),
    "person": Rows("accounts_user"),
    "members": Rows("accounts_membership", of=("user_id", "person")),
    "departments": Rows("accounts_department"),
    "regions": Rows("accounts_region", key="code", key_type="text"),
}
_MARKS = {name: mark(name, _TABLES[name]) for name in ("key", "person")}
_MARKS |= {name: f"standing.{name}" for name in ("members", "departments", "regions")}
# An equal text says that key, person, memberships and departments are those that were read.
_STAMP = f"""
SELECT {stamp_of(_MARKS)}
FROM accounts_apikey AS key JOIN accounts_user AS person ON person.id = key.user_id,
LATERAL (SELECT {marks("member", _TABLES["members"])} AS members,
    {marks("department", _TABLES["departments"], "member.id")} AS departments,
    {marks("region", _TABLES["regions"], "member.id")} AS regions
    FROM accounts_membership AS member
    JOIN accounts_department AS department ON department.id = member.department_id
    JOIN accounts_region AS region ON region.code = department.region_id
    WHERE member.user_id = person.id) AS standing
WHERE key.digest = %s AND key.revoked_at IS NULL AND key.expires_at > %s AND person.is_active
"""  # noqa: S608  text of our own, values are bound


@dataclass(frozen=True, slots=True)
class _Known:
    """A key as it was read, with what proves that it still stands; no proof where not all of it has a place."""

    stamp: str
    key: ApiKey
    actor: Actor
    proof: Proof | None


_known: OrderedDict[str, _Known] = OrderedDict()
_lock = threading.Lock()


def actor_of_key(text: str, *, ip: str = "") -> tuple[User, Actor] | None:
    """Return the person and actor of a running API key, or None. Notes the use at most once a minute.

    1 query while nothing about the key, the person and her departments was written since, else 4.
    """
    now, digest = timezone.now(), digest_of(text)
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [digest, now])
        found = cursor.fetchone()
    if found is None:
        return None
    known = _remembered(digest)
    if known is None or known.stamp != found[0]:
        known = _read(digest, found[0], now, ip)
    if known is None:
        return None
    key = known.key
    if _is_use_to_note(key, now):
        ApiKey.objects.filter(pk=key.pk).filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
        ).update(last_used_at=now)
    return key.user, _calling(known.actor, ip)


def remembered_actor(text: str, *, ip: str = "") -> tuple[Actor, Proof] | None:
    """Return the actor of a key as remembered, with the proof to be asked before she gets anything (no query).

    None for a key that is not remembered, and where its use is to be noted: then `actor_of_key` is to be asked.
    """
    now, digest = timezone.now(), digest_of(text)
    known = _remembered(digest)
    if known is None or known.key.expires_at <= now or _is_use_to_note(known.key, now):
        return None
    return _calling(known.actor, ip), known.proof or Proof(_STAMP, (digest, now), known.stamp)


def _calling(actor: Actor, ip: str) -> Actor:
    """Give the actor as calling from an address; a program mostly calls from the one it called from before."""
    return actor if actor.ip == ip else replace(actor, ip=ip)


def _remembered(digest: str) -> _Known | None:
    with _lock:
        return _known.get(digest)


def _is_use_to_note(key: ApiKey, now: datetime) -> bool:
    return key.last_used_at is None or key.last_used_at < now - _USE_NOTED_EVERY


def _read(digest: str, stamp: str, now: datetime, ip: str) -> _Known | None:
    key = (
        ApiKey.objects.select_related("user")
        .filter(digest=digest, revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if key is None:
        return None
    known = _Known(stamp, key, actor_for(key.user, ip=ip, key=key), proof_of(stamp, _TABLES))
    with _lock:
        _known[digest] = known
        _known.move_to_end(digest)
        if len(_known) > _MOST:
            _known.popitem(last=False)
    return known
