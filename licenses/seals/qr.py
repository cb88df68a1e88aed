"""QR codes of licenses as SVG or PNG, at the middle error-correction level M."""

from __future__ import annotations

import io

import segno

_QUIET_ZONE = 4


def _code(text: str) -> segno.QRCode:
    return segno.make_qr(text, error="m", boost_error=False)


def qr_svg(text: str) -> str:
    """Draw `text` as an SVG document, black on white with the quiet zone of four modules the standard asks for."""
    out = io.BytesIO()
    _code(text).save(
        out,
        kind="svg",
        border=_QUIET_ZONE,
        light="#ffffff",
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode()


def qr_png(text: str, *, scale: int = 8) -> bytes:
    """Draw `text` as a PNG picture of `scale` pixels a module."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", border=_QUIET_ZONE, scale=scale)
    return out.getvalue()


def qr_version(text: str) -> int:
    """Tell which QR version (1–40) `text` needs at level M; print versions above 10 no smaller than 30 mm."""
    return int(_code(text).version)
