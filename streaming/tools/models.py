"""Servers of tools, the tools that they listed, and where people switched them on."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from conversations.models import Conversation

NOT_OWN = Q(tool__isnull=False)


class ToolServer(models.Model):
    """An MCP server; one of the operator's file has no `url` here.

    `slug` never changes: the names under which models call its tools begin with it. `sealed` holds
    headers that were typed in, `sealed_grant` what OAuth gave. `trouble` says why the last look
    at its tools failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=24, unique=True)
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=2048, blank=True)
    sealed = models.TextField(blank=True)
    sealed_grant = models.TextField(blank=True)
    enabled = models.BooleanField(default=True)
    is_operators = models.BooleanField(default=False)
    trouble = models.CharField(max_length=600, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "slug")

    def __str__(self) -> str:
        return self.name


class Tool(models.Model):
    """A tool as its server described it when an administrator last looked.

    Models call it by `wire_name`. `digest` sums up what it says of itself: what people approved of
    holds for that alone. One that the server does not list any more is `gone`.
    """

    server = models.ForeignKey(ToolServer, on_delete=models.CASCADE, related_name="tools")
    name = models.CharField(max_length=200)
    wire_name = models.CharField(max_length=64, unique=True)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(blank=True)
    schema: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    offered = models.BooleanField(default=False)
    gone = models.BooleanField(default=False)
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("place", "pk")
        constraints = (
            models.UniqueConstraint(fields=["server", "name"], name="one_tool_per_name"),
        )

    def __str__(self) -> str:
        return self.wire_name


class SwitchedTool(models.Model):
    """A tool that is switched on in a conversation; the site's own have names instead of rows."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    tool = models.ForeignKey(Tool, null=True, on_delete=models.CASCADE, related_name="+")
    own = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "tool"], condition=NOT_OWN, name="one_switch_of_a_tool"
            ),
            models.UniqueConstraint(
                fields=["conversation", "own"], condition=~NOT_OWN, name="one_switch_of_our_own"
            ),
        )

    def __str__(self) -> str:
        return self.own or str(self.tool)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Together with the word in its conversation that there may be some."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)
            without = Conversation.everything.filter(pk=self.conversation_id, has_tools=False)
            without.update(has_tools=True)


class Approval(models.Model):
    """A person's word that a tool may run unasked: in one conversation, or in all of them.

    It holds for the tool as it was described then.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.CASCADE, related_name="+"
    )
    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-made_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "tool", "conversation"],
                condition=Q(conversation__isnull=False),
                name="one_approval_here",
            ),
            models.UniqueConstraint(
                fields=["owner", "tool"],
                condition=Q(conversation__isnull=True),
                name="one_approval_always",
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner_id} {self.tool_id}"
