"""The printed license: PDF/A with Chinese text, a QR code that reads, the signed record attached."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pypdf import PdfReader

from licenses.models import License, LicenseType, Look
from licenses.seals.public_ids import in_groups
from licenses.seals.typeset import preview_png, preview_svg, print_pdf
from licenses.services import cancel_license, print_license
from licenses.services.printing import _open, _whole, page_of, preview_license, reveal_license
from portal.accounts.models import Department
from portal.audit.models import Entry
from portal.kernel.actors import Actor, Duty
from portal.kernel.errors import Conflict, NotAllowed
from tests.factories import licenses as make
from tests.licenses.pictures import read_pdf, read_png


@pytest.fixture(params=Look.values)
def printed(request: pytest.FixtureRequest, officer: Actor, justice: Department) -> tuple[License, bytes]:
    """A printed license of each look."""
    license_ = make.issued(officer, make.license_type(officer, justice, look=request.param))
    return license_, print_license(officer, license=license_).content


def test_paper_is_one_page_of_tagged_pdf_a(printed: tuple[License, bytes]) -> None:
    reader = PdfReader(io.BytesIO(printed[1]))
    assert len(reader.pages) == 1
    root: Any = reader.trailer["/Root"]
    metadata = str(root["/Metadata"].get_data().decode())
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>U</pdfaid:conformance>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower().startswith("zh")


def test_paper_says_what_the_license_says(printed: tuple[License, bytes]) -> None:
    license_, content = printed
    text = "".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    for expected in ("律师执业证", "张秀兰", "吉林松江律师事务所", "2020年3月1日", license_.identifier, "吉林省司法厅"):
        assert expected in text
    assert "19900101" not in text


def test_qr_code_on_the_paper_leads_to_the_verify_page(printed: tuple[License, bytes]) -> None:
    license_, content = printed
    version = license_.versions.get()
    page = page_of(license_, version, _whole(_open(license_)[1]))
    expected = f"http://testserver/p/{version.public_id}"
    drawn = read_pdf(content) or read_png(preview_png(page, look=version.type_version.content["look"], ppi=72))
    assert [one.text for one in drawn] == [expected]
    assert drawn[0].ec_level == "M"


def test_signed_record_is_attached_without_values(printed: tuple[License, bytes]) -> None:
    license_, content = printed
    attached = json.loads(PdfReader(io.BytesIO(content)).attachments["license.json"][0])
    version = license_.versions.get()
    assert attached["digest"] == bytes(version.digest).hex()
    assert set(attached) == {"identifier", "digest", "signature", "alg", "kid", "verify"}


def test_same_license_prints_the_same_bytes(officer: Actor, license_: License) -> None:
    first, second = (print_license(officer, license=license_).content for _ in range(2))
    assert first == second


def test_demonstration_is_marked_as_a_specimen(officer: Actor, license_: License, settings: Any) -> None:
    settings.DEMONSTRATION = True
    text = PdfReader(io.BytesIO(print_license(officer, license=license_).content)).pages[0].extract_text()
    assert "示例" in text


def test_long_texts_stay_on_one_page(officer: Actor, justice: Department) -> None:
    fields = [{"key": f"f{i}", "name_zh": f"第{i}项许可内容", "name_en": f"Item {i}"} for i in range(12)]
    for look in Look.values:
        type_ = make.license_type(officer, justice, fields=fields, look=look, name_zh="危险货物道路运输从业资格许可证")
        license_ = make.issued(officer, type_, attributes={f"f{i}": "内容" * 12 for i in range(12)})
        assert len(PdfReader(io.BytesIO(print_license(officer, license=license_).content)).pages) == 1


def test_every_print_is_recorded_without_values(officer: Actor, license_: License) -> None:
    print_license(officer, license=license_)
    preview_license(officer, license=license_)
    reveal_license(officer, license=license_)
    entries = Entry.objects.filter(object_type="licenses.license", action__regex="print|preview|reveal")
    assert entries.count() == 3
    kept = json.dumps([entry.details for entry in entries], ensure_ascii=False)
    assert "张秀兰" not in kept
    assert "firm" in kept


def test_license_that_is_not_valid_is_not_printed(officer: Actor, license_: License) -> None:
    license_ = cancel_license(officer, license=license_, reason="申请注销")
    with pytest.raises(NotAllowed):
        print_license(officer, license=license_)


def test_damaged_record_is_not_printed(officer: Actor, license_: License) -> None:
    make.tamper("UPDATE licenses_licenseversion SET digest = decode(repeat('00', 32), 'hex')")
    with pytest.raises(Conflict):
        print_license(officer, license=license_)


def test_auditor_sees_no_values(justice: Department, license_: License) -> None:
    auditor = make.actor(Duty.AUDIT_ADMIN, justice)
    with pytest.raises(NotAllowed):
        reveal_license(auditor, license=license_)
    with pytest.raises(NotAllowed):
        print_license(auditor, license=license_)


def test_preview_is_a_drawing(lawyers: LicenseType, license_: License) -> None:
    version, opened = _open(license_)
    page = page_of(license_, version, _whole(opened))
    assert preview_svg(page, look="certificate").startswith("<svg")
    with pytest.raises(ValueError, match="no look"):
        print_pdf(page, look="../../etc/passwd")
    assert in_groups(version.public_id).replace(" ", "") == version.public_id
    assert lawyers.look == "certificate"
