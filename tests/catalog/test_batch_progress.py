"""How far a batch is: a percent that moves while it is read and applied, on the page and by API."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.models import Batch
from catalog.selectors.batches import Progress, progress_of
from catalog.services import batches
from catalog.services.batches import applying
from catalog.services.batches.applying import apply_line
from catalog.services.batches.notes import note_read
from tests.cast import Cast
from tests.factories.catalog import draft

pytestmark = pytest.mark.django_db


def test_percent_is_rounded_down_and_known_only_while_a_worker_is_at_it(cast: Cast) -> None:
    batch = Batch.objects.create(kind="import", name="a.json", created_by=cast.user("steward"))
    assert progress_of(batch) == Progress(0, 0)
    note_read(batch, 199, 200)
    assert progress_of(batch) == Progress(0, 0)
    note_read(batch, 190, 200)
    found = progress_of(batch)
    assert found is not None
    assert (found.percent, Progress(199, 200).percent, Progress(200, 200).percent) == (95, 99, 100)
    page = cast.client("steward").get(f"/catalog/batches/{batch.pk}/").content.decode()
    assert 'data-number="95"' in page
    assert cast.client("steward").get(f"/api/v1/catalog/batches/{batch.pk}/").json()["percent"] == 95
    Batch.objects.filter(pk=batch.pk).update(state="dropped")
    batch.refresh_from_db()
    assert progress_of(batch) is None


def test_applying_counts_the_lines_that_are_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "APPLY_AT_ONCE", 1)
    actor = cast.actor("steward")
    own = [draft(actor, cast.provider, title=f"资源{n}") for n in range(4)]
    rows = [{"code": one.code, "abstract_zh": "更完整的摘要"} for one in own]
    file: Any = SimpleUploadedFile("a.json", json.dumps(rows).encode())
    batch = batches.begin_batch(actor, batch=batches.start_import(actor, file=file, name="a.json"))
    assert progress_of(batch) == Progress(0, 4)
    apply_line(actor, batch.lines.earliest("position").pk)
    found = progress_of(batch)
    assert (found, found and found.percent) == (Progress(1, 4), 25)
    batch = batches.apply_batch(actor, batch=batch)
    assert progress_of(batch) is None
    shown = cast.client("steward").get(f"/catalog/batches/{batch.pk}/", headers={"HX-Request": "true"})
    assert "data-hx-get" not in shown.content.decode()
