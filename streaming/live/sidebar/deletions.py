"""Tells the open pages of a conversation that it was deleted, by whatever way it was."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models.signals import post_delete

from conversations.models import Conversation
from streaming.cluster.bus import Topic
from streaming.site import NotServing, site


def watch() -> None:
    post_delete.connect(_deleted, sender=Conversation)


def _deleted(instance: Conversation, **_: object) -> None:
    pk = instance.pk  # which the instance loses
    transaction.on_commit(lambda: _tell(pk))


def _tell(pk: UUID) -> None:
    with suppress(NotServing):
        site().bus.publish_soon(Topic.THREAD.of(pk))
