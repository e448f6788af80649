"""Tells a person's open pages that the list of conversations changed: one is new, renamed, gone.

What a run changes there its begin tells, as it saves the conversation, and its end, which publishes
`Topic.QUEUE`.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.db.models.signals import post_save, pre_delete

from conversations.models import Conversation
from streaming.cluster.bus import Topic
from streaming.site import NotServing, site


def watch() -> None:
    post_save.connect(_changed, sender=Conversation)
    pre_delete.connect(_changed, sender=Conversation)  # afterwards nobody can be asked


def _changed(instance: Conversation, **_: object) -> None:
    owner = instance.owner_id
    transaction.on_commit(lambda: _tell(owner))


def _tell(owner: int) -> None:
    with suppress(NotServing):
        site().bus.publish_soon(Topic.LIST.of(owner))
