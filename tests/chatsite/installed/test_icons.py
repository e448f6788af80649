"""Icons are drawn from the mark of the site: its colours, its corners, and room for a mask."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from django.contrib.staticfiles.finders import get_finders

from chatsite.installed.icons import ICONS, DrawnIcons, Icon, Mark
from tests import ROOT

GROUND, WHITE, AMBER = (11, 107, 102, 255), (255, 255, 255, 255), (240, 196, 122, 255)
SAFE = 0.4
"""What a mask leaves of an icon at least: a circle with this radius, as a part of its side."""

Pixels = list[list[tuple[int, ...]]]


@pytest.fixture(scope="module")
def mark() -> Mark:
    return Mark(ROOT / "static/img/mark.svg")


def decoded(png: bytes) -> Pixels:
    """The pixels of a PNG whose rows are stored as they are."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    chunks, at = {}, 8
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        chunks[name] = png[at + 8 : at + 8 + length]
        (check,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert check == zlib.crc32(name + chunks[name])
        at += 12 + length
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]
    side, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    rows = zlib.decompress(chunks[b"IDAT"])
    assert side == height == len(rows) // (4 * side + 1)
    return [
        [tuple(rows[at + 4 * x : at + 4 * x + 4]) for x in range(side)]
        for at in range(1, len(rows), 4 * side + 1)
    ]


def test_an_icon_has_the_strokes_of_the_mark_and_round_corners(mark: Mark) -> None:
    pixels = decoded(mark.png(Icon(64)))
    assert len(pixels) == 64
    assert pixels[0][0][3] == pixels[63][63][3] == 0
    assert pixels[2][32] == GROUND
    assert pixels[20][36] == WHITE  # the first line of text
    assert pixels[39][18] == AMBER  # the dot below the margin


def test_a_masked_icon_fills_its_square_and_keeps_all_strokes_within_every_mask(
    mark: Mark,
) -> None:
    pixels = decoded(mark.png(Icon(64, maskable=True)))
    middle = 31.5
    for y, row in enumerate(pixels):
        for x, pixel in enumerate(row):
            assert pixel[3] == 255
            assert pixel == GROUND or ((x - middle) ** 2 + (y - middle) ** 2) < (SAFE * 64) ** 2


def test_the_icons_are_collected_and_lie_nowhere_in_the_project() -> None:
    (finder,) = [each for each in get_finders() if isinstance(each, DrawnIcons)]
    listed = dict(finder.list([]))
    assert list(listed) == [icon.path for icon in ICONS]
    assert [path for path in listed if (Path(ROOT) / "static" / path).exists()] == []
    for icon in ICONS:
        with listed[icon.path].open(icon.path) as file:
            assert struct.unpack(">II", file.read()[16:24]) == (icon.pixels, icon.pixels)
