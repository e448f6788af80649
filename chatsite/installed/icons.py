"""Icons of an installed site, as PNG, drawn from `static/img/mark.svg` when files are collected.

What the drawing may hold: one `rect` with `fill` and `rx`, and `path` elements of `M`, `h` and `v`
with round strokes, dashed or not, in groups that may name their attributes for them.
"""

from __future__ import annotations

import math
import re
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

RGB = tuple[int, int, int]


@dataclass(frozen=True)
class Icon:
    """One that a system masks has no corners of its own: its colour fills the whole square."""

    pixels: int
    maskable: bool = False

    @property
    def path(self) -> str:
        return f"img/icon-{self.pixels}{'-maskable' if self.maskable else ''}.png"


ICONS = (Icon(192), Icon(512), Icon(512, maskable=True))


class DrawnIcons(BaseFinder):
    """Finds the icons for `collectstatic`; no file of them lies in the project."""

    @cached_property
    def _storage(self) -> InMemoryStorage:
        mark = Mark(Path(settings.STATICFILES_DIRS[0]) / "img/mark.svg")
        storage = InMemoryStorage()
        for icon in ICONS:
            storage.save(icon.path, ContentFile(mark.png(icon)))
        return storage

    def check(self, **options: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: Any = False, **options: Any) -> Any:
        """None lies in the file system."""
        return []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, InMemoryStorage]]:
        for icon in ICONS:
            yield icon.path, self._storage


@dataclass(frozen=True)
class Stroke:
    """A straight line with round ends, in units of the drawing."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    colour: RGB

    def distance(self, x: float, y: float) -> float:
        """From its edge; negative within."""
        (ax, ay), (bx, by) = self.start, self.end
        dx, dy = bx - ax, by - ay
        along = ((x - ax) * dx + (y - ay) * dy) / ((dx * dx + dy * dy) or 1)
        along = min(1.0, max(0.0, along))
        return math.hypot(x - ax - along * dx, y - ay - along * dy) - self.width / 2


class Mark:
    """The drawing, to be painted in any size."""

    def __init__(self, path: Path) -> None:
        root = ElementTree.parse(path).getroot()  # noqa: S314 (a file of the project)
        self._size = float(root.attrib["viewBox"].split()[2])
        rect = next(each for each in root.iter() if each.tag.endswith("rect"))
        self._ground = colour(rect.attrib["fill"])
        self._radius = float(rect.attrib["rx"])
        self._strokes = list(strokes(root, {}))

    def png(self, icon: Icon) -> bytes:
        scale = icon.pixels / self._size
        opaque = (*self._ground, 255)
        rows = [bytearray(bytes(opaque) * icon.pixels) for _ in range(icon.pixels)]
        if not icon.maskable:
            self._round_corners(rows, scale)
        for stroke in self._strokes:
            paint(rows, stroke, scale)
        return encoded(rows)

    def _round_corners(self, rows: list[bytearray], scale: float) -> None:
        radius, last = self._radius * scale, len(rows) - 1
        for y in range(math.ceil(radius)):
            for x in range(math.ceil(radius)):
                away = math.hypot(radius - x - 0.5, radius - y - 0.5) - radius
                alpha = round(255 * coverage(away))
                for row in (y, last - y):
                    for column in (x, last - x):
                        rows[row][4 * column + 3] = alpha


def strokes(element: ElementTree.Element, inherited: dict[str, str]) -> Iterator[Stroke]:
    said = inherited | element.attrib
    if element.tag.endswith("path"):
        width, ink = float(said["stroke-width"]), colour(said["stroke"])
        for start, end in lines(said["d"]):
            for one, other in dashes(start, end, said.get("stroke-dasharray", "")):
                yield Stroke(one, other, width, ink)
    for child in element:
        yield from strokes(child, said)


def lines(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    x = y = 0.0
    for command, numbers in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", path):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
            continue
        dx, dy = {"h": (values[0], 0.0), "v": (0.0, values[0])}[command]
        yield (x, y), (x + dx, y + dy)
        x, y = x + dx, y + dy


def dashes(
    start: tuple[float, float], end: tuple[float, float], pattern: str
) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """The parts of a line that are drawn."""
    length = math.dist(start, end)
    dash, gap = map(float, pattern.split()) if pattern else (length, length)

    def at(place: float) -> tuple[float, float]:
        part = min(place, length) / length
        return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])

    place = 0.0
    while place < length:
        yield at(place), at(place + dash)
        place += dash + gap


def colour(written: str) -> RGB:
    digits = written.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def coverage(distance: float) -> float:
    """How much of a pixel lies within an edge at this distance from its middle, in pixels."""
    return min(1.0, max(0.0, 0.5 - distance))


def paint(rows: list[bytearray], stroke: Stroke, scale: float) -> None:
    """Over what is there, within the box that the stroke can reach."""
    reach = stroke.width / 2 + 1 / scale
    (ax, ay), (bx, by) = stroke.start, stroke.end
    left, right = (
        math.floor(scale * (min(ax, bx) - reach)),
        math.ceil(scale * (max(ax, bx) + reach)),
    )
    top, bottom = (
        math.floor(scale * (min(ay, by) - reach)),
        math.ceil(scale * (max(ay, by) + reach)),
    )
    for y in range(max(0, top), min(len(rows), bottom)):
        row = rows[y]
        for x in range(max(0, left), min(len(rows), right)):
            part = coverage(scale * stroke.distance((x + 0.5) / scale, (y + 0.5) / scale))
            if part:
                for channel, ink in enumerate(stroke.colour, 4 * x):
                    row[channel] = round(row[channel] + part * (ink - row[channel]))


def encoded(rows: list[bytearray]) -> bytes:
    """As a PNG of 8 bits a channel, with transparency."""
    header = struct.pack(">IIBBBBB", len(rows), len(rows), 8, 6, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
