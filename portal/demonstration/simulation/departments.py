"""Makes synthetic departments in the real counties."""

from django.db import transaction

from portal.accounts.models import Department, Region
from portal.demonstration.simulation.making import Tell, batches, chance, note
from portal.kernel.identifiers import make_uscc

PREFIX = "sim-"
_BUREAUS = (
    ("教育局", "Education Bureau"),
    ("水利局", "Water Resources Bureau"),
    ("农业农村局", "Agriculture and Rural Affairs Bureau"),
    ("卫生健康局", "Health Bureau"),
    ("交通运输局", "Transport Bureau"),
    ("文化和旅游局", "Culture and Tourism Bureau"),
    ("民政局", "Civil Affairs Bureau"),
    ("应急管理局", "Emergency Management Bureau"),
)


def simulated_departments() -> list[Department]:
    """Return the simulated departments by number."""
    return list(Department.objects.filter(slug__startswith=PREFIX).select_related("region").order_by("slug"))


def simulate_departments(total: int, *, seed: int, tell: Tell) -> None:
    """Bring the simulated departments to ``total``; their codes begin with MX and belong to nobody."""
    counties = list(Region.objects.filter(level="county", code__regex=r"^\d+$").order_by("code"))
    done = Department.objects.filter(slug__startswith=PREFIX).count()
    for numbers in batches(done, total):
        with transaction.atomic():
            Department.objects.bulk_create([_department(number, seed, counties) for number in numbers])
            note("departments", numbers)
        tell(f"departments: {numbers.stop} of {total}")


def _department(number: int, seed: int, counties: list[Region]) -> Department:
    rng = chance(seed, "department", number)
    county, (zh, en) = rng.choice(counties), rng.choice(_BUREAUS)
    return Department(
        uscc=make_uscc("11", county.code, f"MX{number:06d}"),
        slug=f"{PREFIX}{number:06d}",
        name_zh=f"{county.name_zh}{zh}（模拟{number:06d}）",
        name_en=f"{county.name_en} {en} (synthetic {number:06d})",
        region=county,
        phone=f"0431-0001{number % 10_000:04d}",
    )
