"""Makes resources with data and open editions through the services, in the state a test needs."""

import io
from typing import Any

from catalog.models import Resource
from catalog.services.versions import check_upload, receive_upload
from opening import services
from opening.models import Publication
from portal.kernel.actors import system_actor
from tests.cast import Cast
from tests.factories.catalog import resource_in
from tests.worlds import built_once

SYSTEM = system_actor("tests.opening")
FREE = {"sharing_type": 1, "opening_type": 1, "grade": 1}
ITEMS: tuple[dict[str, Any], ...] = (
    {"name_zh": "街道代码", "name_en": "Code", "code": "code", "type": "C", "length": 9, "is_key": True, **FREE},
    {"name_zh": "街道名称", "name_en": "Name", "code": "name", "type": "C", "length": 60, **FREE},
    {"name_zh": "人口", "name_en": "Population", "code": "population", "type": "I", **FREE},
    {"name_zh": "设立日期", "name_en": "Founded", "code": "founded", "type": "D", **FREE},
    {
        "name_zh": "联系人",
        "name_en": "Contact person",
        "code": "contact_person",
        "type": "C",
        "grade": 3,
        "sharing_type": 2,
        "sharing_condition": "仅用于办理本部门事项。",
        "opening_type": 3,
        "reason": "不宜公开。",
        "basis_kind": 1,
        "basis_document": "中华人民共和国个人信息保护法",
        "basis_article": "第二十三条",
    },
)
STREETS = (
    "code,name,population,founded,contact_person\n"
    "220102001,自强街道,30120,1956-05-01,张秘密\n"
    "220102002,南岭街道,48211,1958-03-01,李秘密\n"
    "220102003,永吉街道,,1960-07-15,王秘密\n"
    "220302001,平东街道,21877,1983-10-01,赵秘密\n"
    '220302002,"=北市,场街道",9900,,周秘密\n'
)


@built_once
def add_version(cast: Cast, resource: Resource, text: str = STREETS, name: str = "streets.csv") -> Resource:
    """Upload a file as the steward and have it checked."""
    upload = receive_upload(
        cast.actor("steward"), resource=resource, file=io.BytesIO(text.encode()), name=name, announce=False
    )
    check_upload(SYSTEM, upload_id=upload.pk)
    return Resource.objects.select_related("provider", "current_version").get(pk=resource.pk)


@built_once
def resource_with_data(cast: Cast, title: str = "吉林省街道乡镇名录", text: str = STREETS, **fields: Any) -> Resource:
    """Make a published resource with five rows."""
    fields.setdefault("items", ITEMS)
    return add_version(cast, resource_in(cast, "published", title, **fields), text)


@built_once
def edition_in(
    cast: Cast, state: str = "published", name: str = "jilin-streets", resource: Resource | None = None, **fields: Any
) -> Publication:
    """Bring an edition of the cast's provider into ``state`` by the acts of the cast."""
    steward, head = cast.actor("steward"), cast.actor("office_head")
    fields.setdefault("license_code", "CC-BY-4.0")
    made = services.draft_publication(steward, resource=resource or resource_with_data(cast), name=name, **fields)
    steps = {
        "draft": (),
        "submitted": ("submit",),
        "returned": ("submit", "return"),
        "published": ("submit", "publish"),
        "suspended": ("submit", "publish", "suspend"),
        "withdrawn": ("submit", "publish", "withdraw"),
    }[state]
    for verb in steps:
        made = services.VERBS[verb](steward if verb == "submit" else head, publication=made, reason="测试")
    return Publication.objects.select_related("resource__provider", "resource__current_version").get(pk=made.pk)
