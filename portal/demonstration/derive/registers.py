"""Registers of the demonstration's own departments, license types and invented holders."""

from portal.demonstration.derive.reading import Table
from portal.demonstration.records import records


def department_directory() -> Table:
    """The departments of the demonstration with their invented codes and telephones."""
    columns = ("uscc", "name_zh", "name_en", "region", "is_authority", "phone")
    return columns, [
        tuple(int(v) if isinstance(v := d[c], bool) else v for c in columns) for d in records("departments")
    ]


def license_types() -> Table:
    """The license types of the demonstration."""
    names = {d["slug"]: d["name_zh"] for d in records("departments")}
    return (
        ("code", "name_zh", "name_en", "defining_department", "holder_kind"),
        [
            (
                t["code"],
                t["name_zh"],
                t["name_en"],
                names[t["defining_department"]],
                t["holder_kind"],
            )
            for t in records("license_types")
        ],
    )


def invented_license_holders() -> Table:
    """The invented persons who hold licenses of the demonstration."""
    types = {t["slug"]: t for t in records("license_types")}
    held = [x for x in records("licenses") if types[x["type"]]["holder_kind"] == "person"]
    return (
        ("serial", "name", "identity_number", "license_type"),
        [(n, x["holder_name"], x["holder_code"], types[x["type"]]["name_zh"]) for n, x in enumerate(held, 1)],
    )
