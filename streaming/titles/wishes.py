"""Leaves a wish for a title with each new conversation of a person who has chosen a model for it.

It is made in the transaction that begins the conversation, so it is there after any crash.
"""

from __future__ import annotations

import uuid

from django.db.models.signals import post_save

from conversations.models import Conversation
from conversations.preferences import choices
from streaming.titles.models import TitleRequest


def watch() -> None:
    post_save.connect(_saved, sender=Conversation)


def _saved(instance: Conversation, created: bool, **_: object) -> None:
    if created and choices.title_model(instance.owner_id):
        TitleRequest.objects.create(
            conversation=instance,
            requested_by_id=instance.owner_id,
            request_key=uuid.uuid4(),
            automatic=True,
            status=TitleRequest.Status.WAITING,
        )
