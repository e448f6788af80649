"""Tells a person's open pages that the list of conversations changed, or their projects.

One is new, renamed, kept otherwise or gone.

What a run changes there its begin tells, as it saves the conversation, and its end, which publishes
`Topic.QUEUE`.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete

from conversations.models import Conversation, Project
from conversations.order.changes import changed
from streaming.cluster.bus import Topic
from streaming.site import NotServing, site


def watch() -> None:
    post_save.connect(_changed, sender=Conversation)
    pre_delete.connect(_changed, sender=Conversation)  # afterwards nobody can be asked
    post_save.connect(_changed, sender=Project)
    post_delete.connect(_changed, sender=Project)
    changed.connect(_changed_in_bulk)


def _changed(instance: Conversation | Project, **_: object) -> None:
    _changed_in_bulk(instance.owner_id)


def _changed_in_bulk(owner_id: int, **_: object) -> None:
    transaction.on_commit(lambda: _tell(owner_id))


def _tell(owner: int) -> None:
    with suppress(NotServing):
        site().bus.publish_soon(Topic.LIST.of(owner))
