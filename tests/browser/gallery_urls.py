"""Addresses for the gallery test: every component on one page, beside the real site."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone

from portal.audit.selectors import TimelineEntry
from portal.web.forms import SonghuaForm
from portal.web.paging import paginate
from portal.web.verbs import Verb
from portal.workflow.snapshots import Change

GALLERY = (Path(__file__).parent / "gallery.html").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)


class GalleryForm(SonghuaForm):
    """One field of each kind."""

    name_zh = forms.CharField(label="资源名称", help_text="写清楚是什么数据、哪个范围。", max_length=100)
    number = forms.IntegerField(label="使用项数", required=False)
    until = forms.DateField(label="使用期限", required=False)
    cycle = forms.ChoiceField(label="更新周期", choices=[("2", "每日"), ("4", "每月"), ("7", "每年")])
    kind = forms.ChoiceField(
        label="共享类型",
        choices=[("1", "无条件共享"), ("2", "有条件共享"), ("3", "不予共享")],
        widget=forms.RadioSelect,
    )
    formats = forms.MultipleChoiceField(
        label="格式",
        choices=[("csv", "CSV"), ("xlsx", "XLSX")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="可以多选。",
    )
    reason = forms.CharField(label="理由", widget=forms.Textarea)
    agreed = forms.BooleanField(label="我确认以上内容属实")
    upload = forms.FileField(label="数据文件", required=False)


def _deadline(**changes: Any) -> SimpleNamespace:
    parts = {"stopped_at": None, "paused_on": None, "is_late": False, "due_on": date(2026, 11, 25), **changes}
    return SimpleNamespace(**parts)


def _context(request: HttpRequest) -> dict[str, Any]:
    form = (
        GalleryForm({"name_zh": "", "kind": "", "formats": [], "cycle": "2"})
        if "errors" in request.GET
        else GalleryForm()
    )
    fields = [
        SimpleNamespace(name="code", label="编码", is_numeric=False, sort="ascending", sort_url="?sort=-code"),
        SimpleNamespace(name="name", label="名称", is_numeric=False, sort="", sort_url="?sort=name"),
        SimpleNamespace(name="villages", label="村(社区)数", is_numeric=True, sort="", sort_url=""),
    ]
    names = ("朝阳区", "南关区", "宽城区", "二道区", "绿园区", "双阳区")
    rows = [
        {"code": f"2201{i:02}", "name": name, "villages": 120 - i * 7 if i != 3 else None}
        for i, name in enumerate(names, 2)
    ]
    return {
        "form": form,
        "fields": fields,
        "rows": rows,
        "page": paginate(request, list(range(5000)), 20),
        "soon": _deadline(),
        "late": _deadline(is_late=True, due_on=date(2026, 11, 18)),
        "paused": _deadline(paused_on=date(2026, 11, 19)),
        "settled": _deadline(stopped_at=NOW),
        "entries": [
            TimelineEntry(
                NOW - timedelta(days=4),
                "王小芳",
                "四平市人力资源和社会保障局",
                "sharing.request.submit",
                "done",
                "",
                {},
            ),
            TimelineEntry(
                NOW - timedelta(days=2),
                "李国强",
                "四平市数据局",
                "sharing.request.return",
                "done",
                "申请字段过宽，请只选用到的三项。",
                {},
            ),
            TimelineEntry(
                NOW, "赵敏", "四平市数据局", "sharing.request.approve", "refused", "本人提出的申请，本人不能审批。", {}
            ),
        ],
        "changes": [
            Change("申请字段", "全部 36 个字段", "统一社会信用代码、名称、状态（3 个）"),
            Change("使用期限", "长期", "2027年5月31日止"),
            Change("附件", "", "会议纪要.pdf"),
        ],
        "tasks": [
            {"label": "基本信息", "url": "#1", "state": "done", "state_label": "已完成", "hint": ""},
            {"label": "数据项", "url": "#2", "state": "in_progress", "state_label": "进行中", "hint": "已录入 12 项"},
            {"label": "审核", "url": "", "state": "not_started", "state_label": "未开始", "hint": ""},
        ],
        "answers": [
            {"label": "使用场景", "value": "核验企业状态，不落地保存", "change_url": "#3"},
            {"label": "法律依据", "value": "", "change_url": "#4", "problem": "提交前必须填写法律依据。"},
        ],
        "verbs": [
            Verb("approve", "同意并转下一步", "/x/approve", tone="p"),
            Verb("return", "退回修改", "/x/return", needs_reason=True),
            Verb("refuse", "不同意", "/x/refuse", needs_reason=True, tone="d"),
        ],
        "tabs": [
            SimpleNamespace(label="待办", url="?a=1", is_current=True, count=7),
            SimpleNamespace(label="我发起的", url="?a=2", is_current=False, count=0),
            SimpleNamespace(label="已办", url="?a=3", is_current=False, count=None),
        ],
        "facet": SimpleNamespace(
            name="department",
            label="部门",
            options=[
                SimpleNamespace(value=str(i), label=f"长春市第{i}交通运输局", count=22 * (12 - i), is_selected=i == 1)
                for i in range(1, 11)
            ],
        ),
        "chips": [("无条件开放", "?a=1"), ("长春市交通运输局", "?b=2")],
        "examples": ["公交站点", "空气质量", "gjzd"],
        "bars": [("长春", 1204), ("吉林", 866), ("延边", 402), ("松原", 388), ("辽源", 131)],
        "bins": [(f"{i * 10}–{i * 10 + 9}", (i * 37) % 91 + 4) for i in range(12)],
        "bilingual": {"name_zh": "吉林省街道名录", "name_en": ""},
        "today": timezone.now(),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    messages.success(request, "已保存草稿。")
    template = engines["django"].from_string(GALLERY)
    return HttpResponse(template.render(_context(request), request))


urlpatterns = [path("gallery/", gallery), path("", include("portal.urls"))]
