"""Conversations and their messages."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models


class Conversation(models.Model):
    """A thread of messages with one owner; `leaf` is the last message of the branch on the page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=200)
    pinned = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    provider = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=200, blank=True)
    system_prompt = models.TextField(blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    record_upstream = models.BooleanField(default=False)
    leaf = models.ForeignKey(
        "Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["owner", "archived", "-pinned", "-updated_at", "-id"],
                name="conversations_in_order",
            ),
            models.Index(fields=["owner", "-updated_at"], name="conversations_newest"),
        )

    def __str__(self) -> str:
        return self.title


class Message(models.Model):
    """One message. An answer holds all text that was written into it, as far as it is final."""

    class Role(models.TextChoices):
        USER = "user"
        ASSISTANT = "assistant"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    text = models.TextField(blank=True)
    reasoning = models.TextField(blank=True)
    tool_calls: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:40]}"

    def read_text_again(self) -> None:
        """Make the text as new as what was read since: it may have been written meanwhile."""
        self.refresh_from_db(fields=["text", "reasoning"])
