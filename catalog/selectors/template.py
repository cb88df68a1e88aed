"""The columns of the practised import template (1272号 metadata), and descriptions as its rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils import translation

from catalog.data.template import TemplateColumn
from catalog.models import (
    BASIS_KINDS,
    FORMATS,
    ITEM_TYPES,
    MASKS,
    SHARING_METHODS,
    UPDATE_CYCLES,
    Category,
    Item,
    Resource,
    mask_of,
    mask_text,
)
from catalog.models.codes import OPENING_TYPES, PACKS, SHARING_TYPES
from catalog.selectors.extensions import extension_fields
from portal.accounts.models import GRADES

RESOURCES, ITEMS = "信息资源", "信息项"
EXTENSION = "extensions."
#: Names of the same attribute in either policy pack, so that a file of another installation is read too.
_CODES = {"conditional": 2, "not_shared": 3, "not_open": 3}
_YES_NO = {"是": True, "否": False, "yes": True, "no": False, "1": True, "0": False, "true": True, "false": False}
#: “Open?” is answered by yes or no in practice; a condition beside a yes makes it conditional.
_OPEN = {"是": 1, "否": 3, "yes": 1, "no": 3, "true": 1, "false": 3}

NOTES = {
    "资源代码": "新资源留空，由系统分配，一经分配不重复使用；修改已有资源时填写其代码，或保持名称与提供方不变。",
    "信息项": "每行一个数据项，“所属资源”填写资源名称或资源代码。文件中没有列出的已有数据项保持不变。",
    "导入": "导入后先预览：逐行列出将新增、将修改、不予受理的内容及原因；确认后作为草稿或修订保存，不会直接发布。",
}


def _labels(choices: Iterable[tuple[Any, Any]]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return every text that names a choice (code, Chinese, English) with its value, and the Chinese ones to show."""
    options: dict[str, Any] = {}
    shown = []
    for value, label in choices:
        options[str(value).casefold()] = value
        for language in ("en", "zh-hans"):
            with translation.override(language):
                options[str(label).casefold()] = value
        with translation.override("zh-hans"):
            shown.append(str(label))
    return options, tuple(shown)


def _pick(key: str, header: str, choices: Iterable[tuple[Any, Any]], **more: Any) -> TemplateColumn:
    options, shown = _labels(choices)
    return TemplateColumn(key, header, options=options | more.pop("also", {}), shown=shown, **more)


def _yes_no(key: str, header: str, **more: Any) -> TemplateColumn:
    return TemplateColumn(key, header, options=_YES_NO, shown=("是", "否"), **more)


def _packs(*names: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pack in PACKS.values():
        with translation.override("zh-hans"):
            found |= {str(pack[name]).casefold(): _CODES[name] for name in names}
    return found


def resource_columns() -> list[TemplateColumn]:
    """Return the columns of the first sheet, extension fields last (2 queries)."""
    classes = [(category.code, category.name_zh) for category in Category.objects.order_by("code")]
    themes = [(code, name) for code, name in classes if code.startswith("2")]
    text = TemplateColumn
    columns = [
        text("code", "资源代码", ("信息资源代码", "code")),
        text("title_zh", "信息资源名称", ("资源名称", "title_zh", "name"), is_required=True),
        text("title_en", "英文名称", ("信息资源英文名称", "English name"), is_required=True),
        text(
            "provider",
            "提供方",
            ("信息资源提供方", "提供部门", "provider"),
            is_required=True,
            note="部门名称或统一社会信用代码",
        ),
        text("abstract_zh", "摘要", ("信息资源摘要", "abstract"), is_required=True),
        text("abstract_en", "英文摘要", ("English abstract",)),
        _pick("category", "所属分类", classes, aliases=("分类", "class"), is_required=True),
        _pick("theme", "所属主题", themes, aliases=("主题", "theme"), is_required=True),
        text(
            "keywords",
            "关键字段",
            ("关键字", "关键词", "key field", "keywords"),
            is_required=True,
            note="多个之间用顿号或逗号分隔",
        ),
        _pick("format", "资源格式", FORMATS, aliases=("信息资源格式", "format"), is_required=True),
        _pick("update_cycle", "更新周期", UPDATE_CYCLES, aliases=("update cycle",), is_required=True),
        _pick("sharing_method", "共享方式", SHARING_METHODS, aliases=("sharing method",)),
        text("use_conditions", "使用条件", ("使用要求", "conditions of use")),
        text("source_note", "数据来源", ("source",)),
        text("secrecy_assessment", "保密风险评估"),
        text("privacy_assessment", "个人信息保护影响评估"),
    ]
    for field in extension_fields():
        key, header, more = f"{EXTENSION}{field.code}", field.name_zh, (field.code, field.name_en)
        if field.type == "boolean":
            columns.append(_yes_no(key, header, aliases=more, is_required=field.is_required))
        elif field.type == "choice":
            choices = [(value, value) for value in field.choices]
            columns.append(_pick(key, header, choices, aliases=more, is_required=field.is_required))
        else:
            columns.append(text(key, header, more, is_required=field.is_required))
    return columns


def item_columns() -> list[TemplateColumn]:
    """Return the columns of the second sheet."""
    text = TemplateColumn
    must: dict[str, Any] = {"is_required": True}
    return [
        text("resource", "所属资源", ("信息资源名称", "资源名称", "资源代码"), note="资源名称或代码", **must),
        text("name_zh", "信息项名称", ("数据项名称", "名称", "name_zh", "name"), is_required=True),
        text("name_en", "英文名称", ("信息项英文名称", "English name"), is_required=True),
        text("code", "字段名", ("列名", "column"), note="留空时由英文名称或拼音生成"),
        _pick("type", "数据类型", ITEM_TYPES, aliases=("类型", "type"), is_required=True),
        text("length", "数据长度", ("长度", "length")),
        text("code_set", "代码集", ("code set",)),
        _yes_no("is_key", "是否主键", aliases=("主键", "primary key"), is_required=True),
        _yes_no("is_nullable", "是否可空", aliases=("可空", "nullable"), is_required=True),
        text("description", "说明", ("描述", "description")),
        _pick("grade", "数据分级", GRADES, aliases=("分级", "grade")),
        _pick("sharing_type", "共享类型", SHARING_TYPES, aliases=("sharing type",), is_required=True,
              also=_packs("conditional", "not_shared")),
        text("sharing_condition", "共享条件", ("condition",)),
        _pick("sharing_method", "共享方式", SHARING_METHODS, aliases=("method",), is_required=True),
        _pick("opening_type", "是否开放", OPENING_TYPES, aliases=("开放类型", "是否向社会开放", "open?"),
              is_required=True, also=_packs("not_open") | _OPEN),
        text("opening_condition", "开放条件", ("opening condition",)),
        _pick("basis_kind", "依据类别", BASIS_KINDS),
        text("basis_document", "依据文件"),
        text("basis_article", "依据条款"),
        text("reason", "不予共享理由", ("理由", "reason")),
        text("mask", "脱敏方式", ("脱敏", "mask"), shown=_labels(MASKS)[1],
             note="留空表示保持不变；选择“不脱敏”表示取消脱敏。其他方式写作 keep:2:2 等形式"),
    ]  # fmt: skip


def read_mask(text: str) -> dict[str, Any] | None:
    """Return the mask that a cell names by its words or writes out (``keep:2:2``); None when it is no mask."""
    try:
        return mask_of(_labels(MASKS)[0].get(text.casefold(), text))
    except ValueError:
        return None


def template_rows(resource: Resource) -> dict[str, str]:
    """Return a description as a row of the first sheet."""
    shown = {name: str(getattr(resource, name) or "") for name in (
        "code", "title_zh", "title_en", "abstract_zh", "abstract_en", "use_conditions", "source_note",
        "secrecy_assessment", "privacy_assessment",
    )}  # fmt: skip
    extensions = {f"{EXTENSION}{code}": _plain(value) for code, value in resource.extensions.items()}
    return (
        shown
        | extensions
        | {
            "provider": resource.provider.name_zh,
            "category": resource.category.name_zh if resource.category else "",
            "theme": resource.theme.name_zh if resource.theme else "",
            "keywords": "、".join(resource.keywords),
            "format": _chosen(FORMATS, resource.format),
            "update_cycle": _chosen(UPDATE_CYCLES, resource.update_cycle),
            "sharing_method": _chosen(SHARING_METHODS, resource.sharing_method),
        }
    )


def template_item(resource: Resource, item: Item) -> dict[str, str]:
    """Return a data item as a row of the second sheet."""
    plain = ("name_zh", "name_en", "code", "length", "description", "sharing_condition", "opening_condition",
             "basis_document", "basis_article", "reason")  # fmt: skip
    return {name: str(getattr(item, name) or "") for name in plain} | {
        "resource": resource.code,
        "type": _chosen(ITEM_TYPES, item.type),
        "is_key": _plain(item.is_key),
        "is_nullable": _plain(item.is_nullable),
        "grade": _chosen(GRADES, item.grade),
        "sharing_type": _chosen(SHARING_TYPES, item.sharing_type),
        "sharing_method": _chosen(SHARING_METHODS, resource.sharing_method),
        "opening_type": _chosen(OPENING_TYPES, item.opening_type),
        "basis_kind": _chosen(BASIS_KINDS, item.basis_kind),
        "mask": (_chosen(MASKS, mask_text(item.mask)) or mask_text(item.mask)) if item.mask else "",
    }


def _chosen(choices: Iterable[tuple[Any, Any]], value: Any) -> str:
    with translation.override("zh-hans"):
        return str(dict(choices).get(value, ""))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def exported_json(resource: Resource, items: Iterable[Item], fields: Iterable[str]) -> dict[str, Any]:
    """Return a description as the JSON that the import takes back."""
    plain: Mapping[str, Any] = {
        "code": resource.code,
        "provider": resource.provider.uscc,
        "title_zh": resource.title_zh,
        "title_en": resource.title_en,
        "abstract_zh": resource.abstract_zh,
        "abstract_en": resource.abstract_en,
        "keywords": resource.keywords,
        "category": resource.category_id,
        "theme": resource.theme_id,
        "format": resource.format,
        "update_cycle": resource.update_cycle,
        "sharing_method": resource.sharing_method,
        "use_conditions": resource.use_conditions,
        "source_note": resource.source_note,
        "extensions": resource.extensions,
    }
    return {**plain, "items": [{name: getattr(item, name) for name in fields} for item in items]}
