"""Makes requests and grants through the services, in the state a test needs."""

import io
from datetime import timedelta
from typing import Any

from django.utils import timezone

from catalog.models import Resource
from catalog.services import versions
from portal.kernel.actors import Actor, Duty, system_actor
from sharing import services
from sharing.models import Correction, Grant, Request
from sharing.services import corrections
from sharing.services.corrections import Reported
from tests.cast import Cast
from tests.factories.accounts import person
from tests.factories.catalog import resource_in
from tests.worlds import built_once

SYSTEM = system_actor("tests.sharing")
STREETS = (
    "code,name,contact,city\n"
    "220302001,南街道,张三,2203\n"
    "220302002,北街道,李四,2203\n"
    "220102001,东街道,王五,2201\n"
    "220102002,西街道,赵六,2201\n"
)
FREE = {"sharing_type": 1, "opening_type": 1, "grade": 1}
TIED: dict[str, Any] = {
    "sharing_type": 2,
    "sharing_condition": "仅用于办理本部门事项。",
    "opening_type": 3,
    "grade": 2,
    "reason": "不宜公开。",
    "basis_kind": 1,
    "basis_document": "中华人民共和国个人信息保护法",
    "basis_article": "第二十三条",
}
ITEMS: tuple[dict[str, Any], ...] = (
    {"name_zh": "街道代码", "name_en": "Code", "code": "code", "type": "C", "length": 9, "is_key": True, **FREE},
    {"name_zh": "街道名称", "name_en": "Name", "code": "name", "type": "C", "length": 60, **FREE},
    {"name_zh": "联系人", "name_en": "Contact", "code": "contact", "type": "C", **TIED},
    {"name_zh": "市代码", "name_en": "City code", "code": "city", "type": "C", "length": 4, **FREE},
)
STATEMENTS: dict[str, Any] = {
    "title": "地名地址核对",
    "legal_basis": "《政务数据共享条例》第二十条",
    "use_scenario": "每月与省级名录比对。",
    "scope": "四平市所辖街道。",
    "method": "file",
}


@built_once
def resource(cast: Cast, *, data: str = STREETS, **fields: Any) -> Resource:
    """Publish a resource of the cast's provider with four items and one version of data."""
    fields.setdefault("items", ITEMS)
    made = resource_in(cast, "published", **fields)
    if data:
        upload(cast, made, data)
    made.refresh_from_db()
    return made


@built_once
def upload(cast: Cast, made: Resource, data: str) -> None:
    """Hand in a file of data and let it be checked."""
    handed_in = versions.receive_upload(
        cast.actor("steward"), resource=made, file=io.BytesIO(data.encode()), name="streets.csv", announce=False
    )
    checked = versions.check_upload(SYSTEM, upload_id=handed_in.pk)
    assert checked.state == "accepted", checked.report


@built_once
def draft(cast: Cast, made: Resource, **fields: Any) -> Request:
    """Write a complete draft of the holder for the conditional item."""
    facts = {**STATEMENTS, "items": ["code", "name", "contact"], **fields}
    facts.setdefault("valid_until", timezone.localdate() + timedelta(days=180))
    return services.draft_request(cast.actor("holder"), resource=made, **facts)


@built_once
def request_in(cast: Cast, state: str, made: Resource | None = None, **fields: Any) -> Request:
    """Bring a request of the cast's holder into ``state`` by the acts of the cast."""
    request = draft(cast, made or resource(cast, data=""), **fields)
    holder, head, steward = (cast.actor(name) for name in ("holder", "holder_head", "steward"))
    acts: dict[str, tuple[Actor, Any, dict[str, str]]] = {
        "submit": (holder, services.submit, {}),
        "consent": (head, services.consent, {}),
        "return": (steward, services.return_, {"reason": "请补充使用频率。"}),
        "approve": (steward, services.approve, {}),
        "refuse": (steward, services.refuse, {"reason": "与用途无关。"}),
        "withdraw": (holder, services.withdraw, {}),
        "open": (SYSTEM, services.open_grant, {}),
    }
    steps = {
        "draft": (),
        "consent_pending": ("submit",),
        "with_provider": ("submit", "consent"),
        "returned": ("submit", "consent", "return"),
        "approved": ("submit", "consent", "approve"),
        "refused": ("submit", "consent", "refuse"),
        "withdrawn": ("withdraw",),
        "delivered": ("submit", "consent", "approve", "open"),
    }[state]
    for verb in steps:
        actor, service, extra = acts[verb]
        service(actor, request=request, **extra)
        request.refresh_from_db()
    return request


@built_once
def grant(cast: Cast, made: Resource | None = None, **fields: Any) -> Grant:
    """Bring a request to its grant, with data in the resource."""
    return request_in(cast, "delivered", made or resource(cast), **fields).grant


#: The first two rows of ``STREETS`` as a grant on code, name and contact delivers them.
FIRST = {"code": "220302001", "name": "南街道", "contact": "张三"}
SECOND = {"code": "220302002", "name": "北街道", "contact": "李四"}


def reported(row: dict[str, Any], item: str, expected: Any, **fields: Any) -> Reported:
    """Report that an item of a row as delivered should hold another value."""
    return Reported(**{"row": row, "item": item, "seen": row.get(item), "expected": expected, **fields})


@built_once
def correction_in(cast: Cast, state: str, held: Grant | None = None, lines: list[Reported] | None = None) -> Correction:
    """Bring a correction of the cast's holder into ``state``; ``corrected`` by a version with the expected value."""
    held = held or grant(cast)
    steward = cast.actor("steward")
    filed = corrections.file_correction(
        cast.actor("holder"),
        grant=held,
        lines=lines or [reported(FIRST, "contact", "张珊")],
        statement="与身份证件核对。",
    )
    if state == "withdrawn":
        corrections.withdraw_correction(cast.actor("holder"), correction=filed)
    if state in {"verifying", "confirmed", "refused", "corrected"}:
        corrections.verify(steward, correction=filed)
    if state == "refused":
        corrections.refuse_correction(steward, correction=filed, reason="经核实无误。")
    if state in {"confirmed", "corrected"}:
        corrections.confirm(steward, correction=filed)
        corrections.follow_confirmed(SYSTEM, correction_id=filed.pk)
    if state == "corrected":
        upload(cast, filed.resource, STREETS.replace("张三", "张珊"))
        filed.resource.refresh_from_db()
        corrections.check_corrections(SYSTEM, version_id=filed.resource.current_version_id)
    return Correction.objects.select_related("resource__current_version", "version").get(pk=filed.pk)


def grant_of_stranger(cast: Cast, made: Resource, **fields: Any) -> Grant:
    """Give the outsider's department a grant of its own on a resource; another head than the outsider consents."""
    if "stranger_head" not in cast.people:
        cast.people["stranger_head"] = person("stranger_head", (Duty.OFFICE_HEAD, cast.stranger), name="钱进")
    facts = {**STATEMENTS, "title": "交通线路核对", "items": ["code", "contact"], **fields}
    facts.setdefault("valid_until", timezone.localdate() + timedelta(days=180))
    request = services.draft_request(cast.actor("outsider"), resource=made, **facts)
    services.submit(cast.actor("outsider"), request=request)
    request = services.consent(cast.actor("stranger_head"), request=request)
    if request.state == "with_provider":
        request = services.approve(cast.actor("steward"), request=request)
    return services.open_grant(SYSTEM, request=request)
