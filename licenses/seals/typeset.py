"""Printing of licenses with Typst: PDF/A-3u for paper, SVG and PNG for previews; a template reads nothing else."""

from __future__ import annotations

import datetime
import functools
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Literal, cast

import pylopdf_fonts_zh_cn
import typst

from licenses.seals.qr import qr_svg

LOOKS: Final = ("certificate", "permit")
_ROOT: Final = Path(__file__).parent / "templates"
_STANDARDS: Final[list[typst.PDFStandard]] = ["a-3u", "ua-1"]


@dataclass(frozen=True, kw_only=True)
class PrintedField:
    """One line of the certificate: its label in both languages and its value as it is to be read."""

    label_zh: str
    label_en: str
    value: str


@dataclass(frozen=True, kw_only=True)
class PrintedLicense:
    """Everything that stands on the paper; the template receives this and nothing more."""

    title_zh: str
    title_en: str
    identifier: str
    holder: str
    holder_code_label_zh: str
    holder_code_label_en: str
    holder_code: str
    fields: tuple[PrintedField, ...]
    valid_from: str
    valid_to: str
    issuer_zh: str
    issuer_en: str
    issued_on: str
    version: str
    verify_url: str
    public_id: str
    algorithm: str
    key_id: str
    digest: str
    record: str
    specimen: str = ""
    issued_at: datetime.datetime = field(default_factory=lambda: datetime.datetime.now(datetime.UTC))


def print_pdf(license_: PrintedLicense, *, look: str) -> bytes:
    """Print the certificate as an A4 page of PDF/A-3u and PDF/UA-1 with the signed record attached.

    The same license always gives the same bytes: the time in the file is the time of issue.

    Raises:
        ValueError: `look` is not one of `LOOKS`.
    """
    return _compile(license_, look=look, kind="pdf")


def preview_svg(license_: PrintedLicense, *, look: str) -> str:
    """Draw the page as SVG, letters turned into shapes, for a preview in the browser."""
    return _compile(license_, look=look, kind="svg").decode()


def preview_png(license_: PrintedLicense, *, look: str, ppi: float = 96) -> bytes:
    """Draw the page as PNG at `ppi` dots per inch."""
    return _compile(license_, look=look, kind="png", ppi=ppi)


def _compile(
    license_: PrintedLicense, *, look: str, kind: Literal["pdf", "svg", "png"], ppi: float | None = None
) -> bytes:
    if look not in LOOKS:
        raise ValueError(f"no look is called {look!r}")
    result: object = typst.compile(
        str(_ROOT / f"{look}.typ"),
        root=str(_ROOT),
        font_paths=_fonts(),
        format=kind,
        ppi=ppi,
        sys_inputs={"data": _data(license_)},
        pdf_standards=_STANDARDS if kind == "pdf" else [],
        timestamp=license_.issued_at.replace(microsecond=0),
    )
    # Several pages drawn come as a list, whatever typst's types say.
    first = result[0] if isinstance(result, list) else result
    return cast("bytes", first)


def _data(license_: PrintedLicense) -> str:
    content = asdict(license_) | {"qr": qr_svg(license_.verify_url), "issued_at": license_.issued_at.isoformat()}
    return json.dumps(content, ensure_ascii=False)


@functools.cache
def _fonts() -> typst.Fonts:
    folder = Path(pylopdf_fonts_zh_cn.__file__).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
