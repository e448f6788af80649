"""What a source wrote of a message goes when the message is deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conversations.transfer.models import ImportedNode
from conversations.trash.purging import messages_go


def watch() -> None:
    messages_go.connect(_forget, dispatch_uid="transfer")


def _forget(pks: Sequence[int], **_: Any) -> None:
    """That there was a node stays known, so that a later import does not bring it back."""
    ImportedNode.objects.filter(message__in=pks).update(json="")
