"""Numbers as people read them: thousands, 万 and 亿, shares and file sizes."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

WAN = 10_000
YI = 100_000_000
KIBI = 1024


def as_number(value: object) -> Decimal | None:
    """Return the value as a decimal, or None when it is no number."""
    if value is None or isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def grouped(value: object) -> str:
    """Group by thousands; what is no number comes back as text, None as nothing."""
    number = as_number(value)
    if number is None:
        return "" if value is None else str(value)
    return f"{number:,f}"


def headline(value: object, *, chinese: bool) -> tuple[str, str]:
    """Return (short, full): 12345678 → ("1,234.6 万", "12,345,678") in Chinese, ("12.3 million", …) in English."""
    number = as_number(value)
    full = grouped(value)
    if number is None:
        return full, full
    large = (YI, "亿", WAN, "万") if chinese else (1_000_000_000, "billion", 1_000_000, "million")
    for unit, word in ((large[0], large[1]), (large[2], large[3])):
        if abs(number) >= unit:
            places = Decimal("0.01") if unit == large[0] else Decimal("0.1")
            return f"{(number / unit).quantize(places, ROUND_HALF_UP).normalize():,f} {word}", full
    return full, full


def percent(value: object) -> str:
    """Show a share between 0 and 1 with one decimal: 0.985 → 98.5%."""
    number = as_number(value)
    return "" if number is None else f"{number * 100:.1f}%"


def file_size(value: object) -> str:
    """Show bytes as B, KB, MB, GB or TB (powers of 1024), with one decimal below 100."""
    number = as_number(value)
    if number is None:
        return ""
    unit = "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if number < KIBI:
            break
        number, unit = number / KIBI, larger
    shown = f"{number:.0f}" if unit == "B" or number >= 100 else f"{number:.1f}"  # noqa: PLR2004 - three digits are enough
    return f"{shown} {unit}"
