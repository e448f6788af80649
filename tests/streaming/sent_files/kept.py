"""Files that were kept, for tests of what is sent of them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from PIL import Image

from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from tests.support import sample_files as made


def picture(owner: User, width: int = 60, height: int = 40, **fields: Any) -> File:
    data = made.png(width, height)
    return kept(owner, "image", "red.png", "image/png", data, width=width, height=height, **fields)


def noise(owner: User, edge: int, media_type: str = "image/png") -> File:
    """A picture of many bytes."""
    image = Image.effect_noise((edge, edge), 90).convert("RGB")
    data = made.saved(image, "JPEG" if media_type == "image/jpeg" else "PNG")
    return kept(owner, "image", "noise", media_type, data, width=edge, height=edge)


def notes(owner: User, text: str = "Buy a queue.") -> File:
    fields = {"text": ContentFile(text.encode(), name="t"), "characters": len(text)}
    return kept(owner, "document", "notes.md", "text/markdown", text.encode(), **fields)


def paper(owner: User, pages: int = 1) -> File:
    fields: dict[str, Any] = {"text": ContentFile(b"Whole", name="t"), "characters": 5}
    data = made.pdf("Whole")
    return kept(owner, "document", "paper.pdf", "application/pdf", data, pages=pages, **fields)


def kept(owner: User, kind: str, name: str, media_type: str, data: bytes, **fields: Any) -> File:
    return File.objects.create(
        owner=owner,
        kind=kind,
        name=name,
        media_type=media_type,
        size=len(data),
        content=ContentFile(data, name="c"),
        **fields,
    )


def hang(message: Message, *files: File) -> None:
    attached.hang(message, files)
