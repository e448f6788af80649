"""Prompts whose pictures their model is known not to see. What is unknown is allowed."""

from __future__ import annotations

from collections.abc import Iterable

from conversations.files.models import Attachment, File
from streaming.providers.model_facts import ModelFacts


def takes_no_pictures(facts: ModelFacts, files: Iterable[File]) -> bool:
    return facts.images is False and any(file.is_image for file in files)


def shows_pictures(message_id: int) -> bool:
    """Whether pictures hang on this prompt."""
    found = Attachment.objects.filter(message_id=message_id, file__kind=File.Kind.IMAGE)
    return found.exists()
