"""Gives out resource codes: class and serial, such as 307001000001/000012; none is ever given twice."""

from django.db import connection

from catalog.classes import UNCLASSED
from catalog.models import Category

_CLASS_LENGTH = 12


def next_code(category: Category | None) -> str:
    """Return the next code of a class (of unclassed department data if there is none). Locks its counter row."""
    code = (category.code if category is not None else UNCLASSED).ljust(_CLASS_LENGTH, "0")
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into workflow_counter (series, value) values (%s, 1) "
            "on conflict (series) do update set value = workflow_counter.value + 1 returning value",
            [f"catalog:{code}"],
        )
        (serial,) = cursor.fetchone()
    return f"{code}/{serial:06d}"
