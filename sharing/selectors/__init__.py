"""Reads of sharing: each takes an actor and gives finished lists, querysets or dataclasses."""

from sharing.selectors.content import content_of, labeled_changes, rows_in_words
from sharing.selectors.counts import decided_summary, grants_on, open_requests_count
from sharing.selectors.desk import tasks_for
from sharing.selectors.grants import GrantPage, grant_page, grants, uses_of
from sharing.selectors.requests import (
    RequestPage,
    fetch_grant,
    fetch_request,
    pending_openings,
    request_page,
    requests,
    resource_to_ask,
)
from sharing.selectors.stamps import grant_stamp

__all__ = [
    "GrantPage",
    "RequestPage",
    "content_of",
    "decided_summary",
    "fetch_grant",
    "fetch_request",
    "grant_page",
    "grant_stamp",
    "grants",
    "grants_on",
    "labeled_changes",
    "open_requests_count",
    "pending_openings",
    "request_page",
    "requests",
    "resource_to_ask",
    "rows_in_words",
    "tasks_for",
    "uses_of",
]
