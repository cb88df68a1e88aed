"""Makes synthetic resources with their items, most of them published, and their open editions."""

import random
from datetime import timedelta
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Cast
from django.utils import timezone

from catalog.data.plan import DeliveryPlan, PlanColumn
from catalog.models import Category, Item, ItemWords, Resource
from catalog.selectors.words import index_words, normalized, pinyin_words, vector_text
from catalog.services.indexing import words_of
from opening.models import DataLicense, Publication
from portal.accounts.models import Department, User
from portal.demonstration.simulation.making import Tell, batches, chance, note, simulated_person
from portal.kernel.classification import Grade, OpeningType, SharingType

CODE = "300000000000/S"
_TOPICS = (
    ("公共厕所分布", "Public toilets", "209"),
    ("公交站点名录", "Bus stops", "209"),
    ("学校名录", "Schools", "201"),
    ("医疗机构名录", "Medical institutions", "202"),
    ("河流断面名录", "River sections", "211"),
    ("养老机构名录", "Homes for the elderly", "203"),
    ("文物保护单位名录", "Protected monuments", "201"),
    ("种植面积登记", "Area under cultivation", "209"),
    ("食品经营许可名录", "Food operation permits", "204"),
    ("安全生产检查名录", "Work safety inspections", "205"),
    ("社区服务站名录", "Community service stations", "210"),
    ("应急避难场所名录", "Emergency shelters", "212"),
)
#: Of twenty resources one is a draft and one waits for consent.
_STATES = ("draft", "submitted", *["published"] * 18)
_COLUMNS = (
    ("code", "代码", "Code", "C", 12, True),
    ("name", "名称", "Name", "C", 60, False),
    ("area_code", "区划代码", "Division code", "C", 6, False),
    ("amount", "数量", "Amount", "I", 10, False),
)


def simulate_resources(total: int, *, seed: int, tell: Tell) -> None:
    """Bring the simulated resources to ``total``; nine of ten are published and have an open edition."""
    departments = list(Department.objects.filter(region__level="county").select_related("region"))
    themes = {category.code: category for category in Category.objects.all()}
    owner = simulated_person()
    done = Resource.objects.filter(code__startswith=CODE).count()
    for numbers in batches(done, total):
        with transaction.atomic():
            made = [_resource(number, seed, departments, themes, owner) for number in numbers]
            Resource.objects.bulk_create(made)
            items = Item.objects.bulk_create([item for resource in made for item in _items(resource)])
            ItemWords.objects.bulk_create(words_of(items))
            _open([resource for resource in made if resource.state == "published"], items, owner)
            note("resources", numbers)
        tell(f"resources: {numbers.stop} of {total}")


def _texts(number: int, rng: random.Random, department: Department) -> dict[str, Any]:
    zh, en, theme = rng.choice(_TOPICS)
    place = department.region
    return {
        "title_zh": f"{place.name_zh}{zh}（模拟{number:06d}）",
        "title_en": f"{en}, {place.name_en} (synthetic {number:06d})",
        "abstract_zh": f"性能测试用的模拟数据，与{place.name_zh}的真实情况无关。",
        "abstract_en": f"Synthetic data for benchmarks; says nothing about {place.name_en}.",
        "keywords": ["模拟", "synthetic", zh[:2]],
        "theme": theme,
    }


def _resource(
    number: int, seed: int, departments: list[Department], themes: dict[str, Category], owner: User
) -> Resource:
    rng = chance(seed, "resource", number)
    department = rng.choice(departments)
    texts = _texts(number, rng, department)
    theme = themes[texts.pop("theme")]
    state = rng.choice(_STATES)
    at = timezone.now() - timedelta(days=rng.randrange(700), seconds=rng.randrange(86_400))
    sent = {} if state == "draft" else {"submitted_by": owner, "submitted_at": at}
    return Resource(
        code=f"{CODE}{number:08d}",
        provider=department,
        category=themes["300"],
        theme=theme,
        format="text",
        update_cycle=rng.choice((4, 5, 7, 8)),
        sharing_method=rng.choice(("interface", "exchange", "file")),
        source_note="simulate_province",
        sharing_type=SharingType.UNCONDITIONAL,
        opening_type=OpeningType.UNCONDITIONAL,
        grade=Grade.GENERAL_1,
        secrecy_assessment="模拟数据。Synthetic data.",
        privacy_assessment="模拟数据。Synthetic data.",
        created_by=owner,
        state=state,
        published_at=at if state == "published" else None,
        column_count=len(_COLUMNS),
        search_title=f"\n{normalized(texts['title_zh'])}\n{normalized(texts['title_en'])}\n",
        search_vector=_vector(texts, theme, department),
        **texts,
        **sent,
    )


def _vector(texts: dict[str, Any], theme: Category, department: Department) -> Cast:
    words = vector_text(
        (
            ("A", index_words(f"{texts['title_zh']} {texts['title_en']}")),
            ("B", pinyin_words(texts["title_zh"])),
            ("B", index_words(f"{' '.join(texts['keywords'])} {theme.name_zh} {theme.name_en}")),
            ("C", index_words(f"{texts['abstract_zh']} {texts['abstract_en']}")),
            ("D", index_words(f"{department.name_zh} {department.name_en}")),
        )
    )
    return Cast(Value(words), SearchVectorField())


def _items(resource: Resource) -> list[Item]:
    return [
        Item(
            resource=resource,
            position=position,
            code=code,
            column_id=f"c{position}",
            name_zh=zh,
            name_en=en,
            type=kind,
            length=length,
            is_key=is_key,
            is_nullable=False,
            sharing_type=SharingType.UNCONDITIONAL,
            opening_type=OpeningType.UNCONDITIONAL,
            grade=Grade.GENERAL_1,
        )
        for position, (code, zh, en, kind, length, is_key) in enumerate(_COLUMNS, 1)
    ]


def _open(resources: list[Resource], items: list[Item], owner: User) -> None:
    plan = DeliveryPlan(version="*", columns=tuple(PlanColumn(code) for code, *_rest in _COLUMNS))
    terms = DataLicense.objects.get(code="CC0-1.0")
    of_resource: dict[int, list[Item]] = {}
    for item in items:
        of_resource.setdefault(item.resource_id, []).append(item)
    editions = [_edition(resource, plan, terms, owner) for resource in resources]
    Publication.objects.bulk_create(editions)
    through = Publication.items.through
    through.objects.bulk_create(
        through(publication_id=edition.pk, item_id=item.pk)
        for edition in editions
        for item in of_resource[edition.resource_id]
    )


def _edition(resource: Resource, plan: DeliveryPlan, terms: DataLicense, owner: User) -> Publication:
    return Publication(
        name=f"sim-{resource.code.removeprefix(CODE)}",
        resource=resource,
        state="published",
        title_zh=resource.title_zh,
        title_en=resource.title_en,
        summary_zh=resource.abstract_zh,
        summary_en=resource.abstract_en,
        keywords=resource.keywords,
        source_note=resource.source_note,
        schema_name=resource.provider.slug,
        plan=plan.to_json(),
        plan_hash=plan.hash,
        license=terms,
        contact=resource.provider.name_zh,
        first_version=1,
        created_by=owner,
        submitted_by=owner,
        published_at=resource.published_at,
        search_title=resource.search_title,
        search_vector=resource.search_vector,
    )
