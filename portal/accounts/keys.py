"""Who is behind an API key: looked up anew by one query that proves what was read a moment ago still stands."""

import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portal.accounts.actors import actor_for
from portal.accounts.models import ApiKey, User
from portal.accounts.services import digest_of
from portal.kernel.actors import Actor
from portal.kernel.proof import Proof

_USE_NOTED_EVERY = timedelta(minutes=1)
_MOST = 500
# PostgreSQL writes a changed row anew, under another transaction (xmin) and at another place (ctid): an equal text
# says that key, person, memberships and departments are those that were read.
_STAMP = """
SELECT concat_ws(' ', key.xmin, key.ctid, person.xmin, person.ctid,
    (SELECT string_agg(concat_ws(' ', member.id, member.xmin, member.ctid, department.xmin, department.ctid,
        region.xmin, region.ctid), ',' ORDER BY member.id)
    FROM accounts_membership AS member
    JOIN accounts_department AS department ON department.id = member.department_id
    JOIN accounts_region AS region ON region.code = department.region_id
    WHERE member.user_id = person.id))
FROM accounts_apikey AS key JOIN accounts_user AS person ON person.id = key.user_id
WHERE key.digest = %s AND key.revoked_at IS NULL AND key.expires_at > %s AND person.is_active
"""


_known: OrderedDict[str, tuple[str, ApiKey, Actor]] = OrderedDict()
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
    if known is None or known[0] != found[0]:
        known = _read(digest, found[0], now, ip)
    if known is None:
        return None
    _stamp, key, actor = known
    if _is_use_to_note(key, now):
        ApiKey.objects.filter(pk=key.pk).filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - _USE_NOTED_EVERY)
        ).update(last_used_at=now)
    return key.user, _calling(actor, ip)


def remembered_actor(text: str, *, ip: str = "") -> tuple[Actor, Proof] | None:
    """Return the actor of a key as remembered, with the proof to be asked before she gets anything (no query).

    None for a key that is not remembered, and where its use is to be noted: then `actor_of_key` is to be asked.
    """
    now, digest = timezone.now(), digest_of(text)
    known = _remembered(digest)
    if known is None or _is_use_to_note(known[1], now):
        return None
    stamp, _key, actor = known
    return _calling(actor, ip), Proof(_STAMP, (digest, now), stamp)


def _calling(actor: Actor, ip: str) -> Actor:
    """Give the actor as calling from an address; a program mostly calls from the one it called from before."""
    return actor if actor.ip == ip else replace(actor, ip=ip)


def _remembered(digest: str) -> tuple[str, ApiKey, Actor] | None:
    with _lock:
        return _known.get(digest)


def _is_use_to_note(key: ApiKey, now: datetime) -> bool:
    return key.last_used_at is None or key.last_used_at < now - _USE_NOTED_EVERY


def _read(digest: str, stamp: str, now: datetime, ip: str) -> tuple[str, ApiKey, Actor] | None:
    key = (
        ApiKey.objects.select_related("user")
        .filter(digest=digest, revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if key is None:
        return None
    known = (stamp, key, actor_for(key.user, ip=ip, key=key))
    with _lock:
        _known[digest] = known
        _known.move_to_end(digest)
        if len(_known) > _MOST:
            _known.popitem(last=False)
    return known
