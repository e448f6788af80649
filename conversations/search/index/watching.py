"""Hears of every row of a conversation or message that is saved, and indexes its text.

Whoever writes a text with `update` or in bulk calls `entries` itself.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.signals import post_save

from conversations.models import Conversation, Message
from conversations.search.index import entries
from conversations.search.index.rows import PLAIN


def watch() -> None:
    post_save.connect(_titled, sender=Conversation)
    post_save.connect(_written, sender=Message)


def _titled(
    instance: Conversation, update_fields: Collection[str] | None, raw: bool, **_: object
) -> None:
    if not raw and (update_fields is None or "title" in update_fields):
        entries.index_title(instance)


def _written(
    instance: Message,
    created: bool,
    update_fields: Collection[str] | None,
    raw: bool,
    **_: object,
) -> None:
    is_written = update_fields is None or "text" in update_fields
    if not raw and is_written and not (created and not instance.text):
        entries.index_message(instance, PLAIN if created else None)
