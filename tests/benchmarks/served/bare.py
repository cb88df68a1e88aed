"""The same web stack answering the same SQL and nothing else: no right is asked, nothing masked, nothing recorded.

Same granian, same settings with their middleware, same kind of connection (the gate's own readers).
"""

import os
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from catalog.gate.serving import readers

_TABLE = os.environ.get("BENCHMARK_TABLE", "")
_COLUMNS = os.environ.get("BENCHMARK_COLUMNS", "")
_BLOCK = 1 << 18


def rows(request: HttpRequest) -> HttpResponse:
    """Answer up to a hundred rows where one column has one value, as JSON written by PostgreSQL."""
    column, value = request.GET["column"], request.GET["value"]
    if not column.isalnum():
        return HttpResponse(status=400)
    inner = f"SELECT {_COLUMNS} FROM {_TABLE} WHERE {column} = CAST(%s AS text) ORDER BY __row LIMIT 100"
    with readers().lend() as connection:
        found = connection.execute(f"SELECT CAST(json_agg(t) AS text) FROM ({inner}) AS t", [value]).fetchone()
    return HttpResponse(f'{{"rows":{found[0] if found else "[]"}}}', content_type="application/json")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    """Stream the whole table as CSV, as COPY gives it."""

    def lines() -> Iterator[bytes]:
        statement = f"COPY (SELECT {_COLUMNS} FROM {_TABLE} ORDER BY __row) TO STDOUT (FORMAT csv, HEADER)"
        with readers().lend() as connection, connection.cursor() as cursor, cursor.copy(statement) as copy:
            held, size = [], 0
            for line in copy:
                held.append(line)
                size += len(line)
                if size > _BLOCK:
                    yield b"".join(held)
                    held, size = [], 0
            yield b"".join(held)

    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")


urlpatterns = [path("rows", rows), path("stream", stream)]
