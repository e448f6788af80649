"""What imports know of a message or a conversation goes when that is deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models.signals import pre_delete

from conversations.models import Conversation
from conversations.transfer.models import ImportedNode, Outcome
from conversations.trash.purging import messages_go


def watch() -> None:
    messages_go.connect(_forget_nodes, dispatch_uid="transfer")
    pre_delete.connect(_forget_title, sender=Conversation, dispatch_uid="transfer")


def _forget_nodes(pks: Sequence[int], **_: Any) -> None:
    """That there was a node stays known, so that a later import does not bring it back."""
    ImportedNode.objects.filter(message__in=pks).update(json="")


def _forget_title(instance: Conversation, **_: Any) -> None:
    """The reports of imports still count it."""
    Outcome.objects.filter(conversation=instance.pk).update(title="", conversation=None)
