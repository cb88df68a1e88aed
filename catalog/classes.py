"""The classes of the catalogue that 发改高技〔2017〕1272号 names, loaded after every migration."""

from catalog.models import Category

#: The class that numbers a resource whose own class is not known yet.
UNCLASSED = "300"

BASE, THEME, DEPARTMENT = 1, 2, 3
STANDARD: tuple[tuple[str, int, str, str, str], ...] = (
    ("101", BASE, "population", "人口", "Population"),
    ("102", BASE, "legal-entities", "法人", "Legal entities"),
    ("103", BASE, "geography", "自然资源和空间地理", "Natural resources and geography"),
    ("104", BASE, "credit", "社会信用", "Social credit"),
    ("105", BASE, "electronic-licenses", "电子证照", "Electronic licenses"),
    ("201", THEME, "public-services", "公共服务", "Public services"),
    ("202", THEME, "health", "健康保障", "Health"),
    ("203", THEME, "social-security", "社会保障", "Social security"),
    ("204", THEME, "food-and-drug-safety", "食品药品安全", "Food and drug safety"),
    ("205", THEME, "work-safety", "安全生产", "Work safety"),
    ("206", THEME, "price-supervision", "价格监管", "Price supervision"),
    ("207", THEME, "energy-safety", "能源安全", "Energy safety"),
    ("208", THEME, "credit-system", "信用体系", "Credit system"),
    ("209", THEME, "urban-rural-construction", "城乡建设", "Urban and rural construction"),
    ("210", THEME, "community-governance", "社区治理", "Community governance"),
    ("211", THEME, "environment", "生态环保", "Environment"),
    ("212", THEME, "emergency-stability", "应急维稳", "Emergency and stability"),
    (UNCLASSED, DEPARTMENT, "department-data", "部门信息资源", "Department data"),
)


def standard_classes() -> list[Category]:
    """Return the standard classes as unsaved rows."""
    return [
        Category(code=code, kind=kind, slug=slug, name_zh=name_zh, name_en=name_en)
        for code, kind, slug, name_zh, name_en in STANDARD
    ]
