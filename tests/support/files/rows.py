"""Files as rows, with bytes in the storage, as if they had been read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.files.base import ContentFile

from conversations.files.models import File


def document_of(owner: User, text: str = "Hello", name: str = "note.txt", **fields: Any) -> File:
    data = text.encode()
    return File.objects.create(
        owner=owner,
        kind="document",
        name=name,
        media_type="text/plain; charset=utf-8",
        size=len(data),
        characters=len(text),
        content=ContentFile(data, name=name),
        text=ContentFile(data, name=name),
        **fields,
    )


def picture_of(owner: User, name: str = "cat.png", **fields: Any) -> File:
    return File.objects.create(
        owner=owner,
        kind="image",
        name=name,
        media_type="image/png",
        size=9,
        width=60,
        height=40,
        content=ContentFile(b"a picture", name=name),
        thumbnail=ContentFile(b"a small one", name=name),
        **fields,
    )
