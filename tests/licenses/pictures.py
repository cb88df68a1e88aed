"""Reads QR codes out of pictures with a judge that is not ours (ZXing), without an imaging library."""

from __future__ import annotations

import shutil
import subprocess
import zlib

import zxingcpp

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
BYTE = 8


def read_png(png: bytes) -> list[zxingcpp.Barcode]:
    """Read every code in a PNG of 8 bits a channel, or of 1 bit a dot."""
    width, height, depth, channels, raw = _unpack(png)
    stride, rows = (width * depth * channels + 7) // 8, []
    above = bytearray(stride)
    for start in range(0, height * (stride + 1), stride + 1):
        above = _unfilter(raw[start], bytearray(raw[start + 1 : start + 1 + stride]), above, channels)
        rows.append(above[::channels] if depth == BYTE else _dots(above, width))
    return _read(b"".join(rows), width, height)


def read_pdf(pdf: bytes) -> list[zxingcpp.Barcode] | None:
    """Read every code on the first page of a PDF as poppler draws it; None where there is no poppler."""
    tool = shutil.which("pdftoppm")
    if tool is None:
        return None
    command = [tool, "-gray", "-r", "150", "-f", "1", "-l", "1", "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True)
    _magic, size, _depth, pixels = drawn.stdout.split(b"\n", 3)
    width, height = (int(part) for part in size.split())
    return _read(pixels, width, height)


def _read(pixels: bytes, width: int, height: int) -> list[zxingcpp.Barcode]:
    return zxingcpp.read_barcodes(memoryview(pixels).cast("B", (height, width)))


def _dots(row: bytearray, width: int) -> bytes:
    return bytes(255 * (row[x // BYTE] >> (7 - x % BYTE) & 1) for x in range(width))


def _unpack(png: bytes) -> tuple[int, int, int, int, bytes]:
    at, data, header = 8, b"", b""
    while at < len(png):
        length, kind = int.from_bytes(png[at : at + 4]), png[at + 4 : at + 8]
        body = png[at + 8 : at + 8 + length]
        header = body if kind == b"IHDR" else header
        data += body if kind == b"IDAT" else b""
        at += 12 + length
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    return width, height, header[8], CHANNELS[header[9]], zlib.decompress(data)


def _unfilter(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]) & 255
    return row


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    near = [(abs(guess - value), place, value) for place, value in enumerate((left, above, corner))]
    return min(near)[2]
