"""How much of a file that comes in is looked at; the settings have the numbers."""

from __future__ import annotations

from dataclasses import dataclass


class Unreadable(Exception):
    """The file, or the rest of it, cannot be read; the sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bytes, but for `members`, `depth` and `ratio` (bytes that one byte of a zip may become)."""

    members: int
    unpacked: int
    ratio: int
    element: int
    depth: int
