"""Texts are joined in SQL however many they are: PostgreSQL takes a hundred arguments at most."""

import pytest
from django.db import connection

from catalog.data.engines.ready import concat_sql, joined_sql


@pytest.mark.django_db
@pytest.mark.parametrize("number", [2, 90, 91, 180, 8_101])
def test_texts_are_joined_in_order(number: int) -> None:
    texts = [str(place) if place % 7 else "" for place in range(number)]
    parts = [f"'{text}'" for text in texts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + concat_sql(parts) + ", " + joined_sql(parts, "','"))
        assert cursor.fetchone() == ("".join(texts), ",".join(texts))
