"""Plots that are drawn on the server: bars in an SVG, in whole units of its view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT, GAP = 720, 120, 2


class Bar(NamedTuple):
    """`name` is what it stands for, `words` how much that is."""

    x: int
    y: int
    width: int
    height: int
    name: str
    words: str


class Plot(NamedTuple):
    """`title` and `summary` are its accessible name and description."""

    name: str
    title: str
    summary: str
    bars: Sequence[Bar]
    width: int = WIDTH
    height: int = HEIGHT


def plot(name: str, title: str, summary: str, values: Sequence[tuple[str, int, str]]) -> Plot:
    """A bar for each (name, size, words), side by side; the highest fills the height."""
    most = max((size for _, size, _ in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    bars = []
    for index, (label, size, words) in enumerate(values):
        height = max(round(HEIGHT * size / most), 1) if size else 0
        left, right = round(index * step), round((index + 1) * step)
        width = max(min(right - left - GAP, 48), 1)
        bars.append(Bar(left, HEIGHT - height, width, height, label, words))
    return Plot(name, title, summary, bars)
