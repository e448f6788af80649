"""How much of a file is looked at, and what the process that reads it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

CONTENT = "content"
THUMBNAIL = "thumbnail.webp"
TEXT = "text.txt"
"""What is written into the folder."""

Reason: TypeAlias = Literal[
    "empty",
    "svg",
    "office",
    "archive",
    "other_picture",
    "not_text",
    "pixels",
    "broken_picture",
    "broken_pdf",
    "encrypted_pdf",
    "pdf_without_text",
    "pages",
    "characters",
    "picture_bytes",
    "memory",
]


class NotTaken(Exception):
    """Why the file is not taken; `number` is what there is too much of, where that is why."""

    def __init__(self, reason: Reason, number: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.number = number


@dataclass(frozen=True, slots=True)
class Bounds:
    """The settings have the numbers, and say what each is."""

    image_pixels: int
    image_edge: int
    image_bytes: int
    image_frames: int
    image_frame_pixels: int
    thumbnail_edge: int
    characters: int
    pages: int
    memory: int
    cpu_seconds: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Content:
    """What the file is. Its content, thumbnail and text lie in the folder."""

    kind: Literal["image", "document"]
    media_type: str
    width: int = 0
    height: int = 0
    characters: int = 0
    pages: int = 0
