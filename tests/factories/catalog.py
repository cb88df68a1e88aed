"""Makes resources through the services, in the state a test needs."""

from typing import Any

from catalog import services
from catalog.models import Amendment, Category, Resource
from portal.accounts.models import Department
from portal.kernel.actors import Actor
from tests.cast import Cast
from tests.worlds import built_once

OPEN_ITEM = {"sharing_type": 1, "opening_type": 1, "grade": 1}
ITEMS: tuple[dict[str, Any], ...] = (
    {"name_zh": "街道代码", "name_en": "Code", "code": "code", "type": "C", "length": 9, "is_key": True, **OPEN_ITEM},
    {"name_zh": "街道名称", "name_en": "Name", "code": "name", "type": "C", "length": 60, **OPEN_ITEM},
    {
        "name_zh": "联系人",
        "name_en": "Contact",
        "code": "contact",
        "type": "C",
        "grade": 3,
        "sharing_type": 2,
        "sharing_condition": "仅用于办理本部门事项。",
        "opening_type": 3,
    },
)
COMPLETE: dict[str, Any] = {
    "title_en": "Streets of Jilin",
    "abstract_zh": "全省街道、乡镇的代码与名称。",
    "abstract_en": "Codes and names of streets and townships.",
    "keywords": ["街道", "乡镇"],
    "update_cycle": 7,
    "use_conditions": "用于履行职责。",
    "secrecy_assessment": "不涉密。",
    "privacy_assessment": "不含个人信息。",
}


@built_once
def draft(actor: Actor, provider: Department, title: str = "吉林省街道乡镇名录", **fields: Any) -> Resource:
    """Register a complete draft with three items."""
    known = {"category": Category.objects.get(code="103"), "theme": Category.objects.get(code="210")}
    items = fields.pop("items", ITEMS)
    resource = services.create_resource(actor, provider=provider, title_zh=title, **{**COMPLETE, **known, **fields})
    services.set_items(actor, resource=resource, items=items)
    resource.refresh_from_db()
    return resource


@built_once
def resource_in(cast: Cast, state: str = "published", title: str = "吉林省街道乡镇名录", **fields: Any) -> Resource:
    """Bring a resource of the cast's provider into ``state`` by the acts of the cast."""
    steward, head, coordinator = (cast.actor(name) for name in ("steward", "office_head", "coordinator"))
    resource = draft(steward, cast.provider, title, **fields)
    steps = {
        "draft": (),
        "submitted": ("submit",),
        "returned": ("submit", "return"),
        "in_review": ("submit", "approve"),
        "published": ("submit", "approve", "publish"),
        "suspended": ("submit", "approve", "publish", "suspend"),
        "retired": ("submit", "approve", "publish", "retire"),
    }[state]
    doers = {"submit": steward, "publish": coordinator}
    for verb in steps:
        resource = services.VERBS[verb](doers.get(verb, head), resource=resource, reason="测试")
    return resource


@built_once
def amendment_in(cast: Cast, state: str = "draft", resource: Resource | None = None) -> Amendment:
    """Bring an amendment of a published resource, with one change, into ``state`` by the acts of the cast."""
    steward, head, coordinator = (cast.actor(name) for name in ("steward", "office_head", "coordinator"))
    resource = services.amend(steward, resource=resource or resource_in(cast, "published"), reason="职责调整")
    services.edit_resource(steward, resource=resource, abstract_zh="职责调整后的说明。")
    steps = {
        "draft": (),
        "submitted": ("submit",),
        "returned": ("submit", "return"),
        "in_review": ("submit", "approve"),
        "published": ("submit", "approve", "publish"),
        "canceled": ("cancel",),
    }[state]
    doers = {"submit": steward, "cancel": steward, "publish": coordinator}
    for verb in steps:
        services.VERBS[verb](doers.get(verb, head), resource=resource, reason="测试")
    return Amendment.objects.select_related("resource__provider").get(resource=resource)
