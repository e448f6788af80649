"""A QR code as the path of an SVG, which a page draws without a picture."""

from __future__ import annotations

from typing import NamedTuple

QUIET = 4
"""Modules of white around it, which readers need."""


class QrCode(NamedTuple):
    """`size` modules a side; `path` has a square for each dark one."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    from qrcode.constants import ERROR_CORRECT_M  # type: ignore[import-untyped]
    from qrcode.main import QRCode  # type: ignore[import-untyped]

    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    squares = (
        f"M{across} {down}h1v1h-1z"
        for down, row in enumerate(rows)
        for across, dark in enumerate(row)
        if dark
    )
    return QrCode(len(rows), "".join(squares))
