"""A share."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models

from conversations.models import Conversation, Message


class Share(models.Model):
    """The branch down to the message `end`, as `snapshot` keeps it since `created_at`.

    `key` is that of the form which asked for it, `parts` are the choices, `shown_name` is what
    readers see of the owner. Once it is revoked its snapshot is empty. A message is deleted for
    good together with what follows it, so whatever of the branch goes, `end` goes, and this too.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="shares"
    )
    key = models.UUIDField()
    token = models.CharField(max_length=64, unique=True)
    end = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200, blank=True)
    shown_name = models.CharField(max_length=150, blank=True)
    parts: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    snapshot: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "key"], name="one_share_per_form"),)

    def __str__(self) -> str:
        return f"{self.pk} of message {self.end_id}"

    @property
    def conversation(self) -> Conversation:
        return self.end.conversation
