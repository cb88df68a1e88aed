"""Loads corrections of shared data: each goes as far as the data says, moved by the persons whose duty it is."""

import csv
import io
from typing import Any

from catalog.services.versions import check_upload, receive_upload
from portal.demonstration.loading import Tell
from portal.demonstration.loading.cast import LOADER, Cast
from portal.demonstration.loading.wording import both
from portal.demonstration.records import records
from portal.kernel.actors import Duty
from sharing.models import Correction, Grant
from sharing.selectors.requests import fetch_grant
from sharing.services import corrections as services


def load_corrections(cast: Cast, tell: Tell) -> None:
    """Bring in those corrections that are not there yet; one that was interrupted goes on where it stands."""
    for row in records("corrections"):
        asked = next(request for request in records("requests") if request["key"] == row["request"])
        filer = cast.actor(asked["requester"])
        grant = Grant.objects.get(grantee=filer.department_id, request__title=both(asked, "purpose", " / "))
        found = Correction.objects.filter(grant=grant, statement=both(row, "statement")).first()
        if found is None:
            found = services.file_correction(
                filer,
                grant=fetch_grant(filer, grant.number),
                lines=[_reported(line, row["item"]) for line in row["lines"]],
                statement=both(row, "statement"),
            )
        _answer(cast, found, row)
    tell(f"{len(records('corrections'))} corrections of shared data")


def _reported(line: dict[str, Any], item: str) -> services.Reported:
    values = {name: value for name, value in line.items() if name != "expected"}
    return services.Reported(row=values, item=item, seen=line[item], expected=line["expected"])


def _answer(cast: Cast, correction: Correction, row: dict[str, Any]) -> None:
    """Let the provider verify, and where it is to be corrected confirm and hand in the rows put right."""
    officer = cast.holder(Duty.DATA_OFFICER, correction.provider.slug)
    if correction.state == "filed":
        correction = services.verify(officer, correction=correction)
    if row["outcome"] != "corrected":
        return
    if correction.state == "verifying":
        correction = services.confirm(officer, correction=correction)
    if correction.state == "confirmed":
        services.follow_confirmed(LOADER, correction_id=correction.pk)
        _hand_in(cast, correction, row)
        correction.resource.refresh_from_db()
        services.check_corrections(LOADER, version_id=correction.resource.current_version_id or 0)


def _hand_in(cast: Cast, correction: Correction, row: dict[str, Any]) -> None:
    """Hand in the changed rows by key, which makes a version of the old rows and the new."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(row["mended"][0]))
    writer.writeheader()
    writer.writerows(row["mended"])
    upload = receive_upload(
        cast.holder(Duty.DATA_OFFICER, correction.provider.slug),
        resource=correction.resource,
        file=io.BytesIO(text.getvalue().encode()),
        name=f"{row['key']}.csv",
        note=both(row, "note"),
        mode="delta",
        announce=False,
    )
    upload = check_upload(LOADER, upload_id=upload.pk)
    if upload.state != "accepted":
        message = f"{row['key']} was not accepted: {upload.report}"
        raise ValueError(message)
