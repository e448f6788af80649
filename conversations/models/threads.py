"""Conversations and their messages, and what of them is in the trash.

`objects` leaves out what is in the trash, and so do related managers (`message.replies` and the
like); `everything` does not. A message that is not in the trash has no parent there.
"""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q

from conversations.prepared import SOME_UUID, PreparedRow

NOT_TRASHED = Q(trashed_at__isnull=True)


class ConversationManager(models.Manager["Conversation"]):
    """Those that are not in the trash."""

    def get_queryset(self) -> models.QuerySet[Conversation]:
        return super().get_queryset().filter(trashed_at=None)

    def count_change(self, pk: uuid.UUID) -> None:
        """So that every page of it finds that it has not shown this."""
        self.filter(pk=pk).update(parameters_revision=models.F("parameters_revision") + 1)

    def held(self, pk: uuid.UUID) -> Conversation | None:
        """As it stands; nobody else begins or moves anything in it before this transaction ends."""
        return _held().first(pk)


class Project(models.Model):
    """A name under which a person keeps conversations together.

    Models are told its `instructions` in all of them, and asked with its `parameters` where a
    conversation has none of its own.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="projects"
    )
    name = models.CharField(max_length=100)
    instructions = models.TextField(blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "name"], name="one_project_per_name"),
        )

    def __str__(self) -> str:
        return self.name


class Conversation(models.Model):
    """A thread of messages with one owner; `leaf` is the last message of the branch on the page.

    A temporary one goes for good at `temporary_until`, unless it is kept. `seen` is the number of
    the last answer whose end its owner saw; since `named_at` the title is the owner's alone.
    `parameters_revision` counts changes of system prompt, parameters and what is left out, and
    decisions about calls while others wait. Only one that `has_tools` may have some switched on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conversations"
    )
    title = models.CharField(max_length=200)
    named_at = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)
    archived = models.BooleanField(default=False)
    project = models.ForeignKey(
        Project,
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.SET_NULL,
        related_name="conversations",
    )
    provider = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=200, blank=True)
    system_prompt = models.TextField(blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    parameters_revision = models.PositiveIntegerField(default=0)
    record_upstream = models.BooleanField(default=False)
    has_tools = models.BooleanField(default=False)
    leaf = models.ForeignKey(
        "Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now_add=True)
    seen = models.BigIntegerField(default=0)
    trashed_at = models.DateTimeField(null=True, blank=True)
    temporary_until = models.DateTimeField(null=True, blank=True)

    objects = ConversationManager()
    everything = models.Manager["Conversation"]()

    class Meta:
        indexes = (
            models.Index(
                fields=["owner", "archived", "-pinned", "-updated_at", "-id"],
                condition=NOT_TRASHED,
                name="conversations_in_order",
            ),
            models.Index(
                fields=["project", "archived", "-pinned", "-updated_at", "-id"],
                condition=Q(project__isnull=False),
                name="conversations_in_project",
            ),
            models.Index(
                fields=["owner", "-updated_at"], condition=NOT_TRASHED, name="conversations_newest"
            ),
            models.Index(
                fields=["temporary_until"],
                condition=Q(temporary_until__isnull=False),
                name="temporary_conversations",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Together with what hears of it, such as the index of the search."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)


@cache
def _held() -> PreparedRow[Conversation]:
    return PreparedRow(
        Conversation.objects.select_for_update(no_key=True).filter(pk=SOME_UUID), SOME_UUID
    )


class MessageQuerySet(models.QuerySet["Message"]):
    def visible(self) -> Self:
        """Those that their owner can see: neither they nor their conversation are in the trash."""
        return self.filter(deletion=None, conversation__trashed_at=None)


MessageRows = models.Manager.from_queryset(MessageQuerySet)


class MessageManager(MessageRows["Message"]):
    """Those that are not in the trash, though their conversation may be: see `visible`."""

    def get_queryset(self) -> MessageQuerySet:
        return MessageQuerySet(self.model, using=self._db).filter(deletion=None)


class Message(models.Model):
    """One message. An answer holds all text that was written into it, as far as it is final.

    `parts` says how its text, thoughts and calls alternate (`conversations.answers.parts`),
    `citations` are the sources that it names (`conversations.answers.sources`).
    `starts_at` is since when models are sent this message and what follows, and nothing before it.
    A prompt for a summary is sent after another branch, from `summary_from` to `summary_to`.
    """

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
    parts: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    citations: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    summary_from = models.BigIntegerField(null=True, blank=True)
    summary_to = models.BigIntegerField(null=True, blank=True)
    has_files = models.BooleanField(null=True, blank=True)  # true where some hang on it
    deletion = models.ForeignKey(
        "Deletion",
        null=True,
        blank=True,
        db_index=False,
        on_delete=models.SET_NULL,
        related_name="messages",
    )

    objects = MessageManager()
    everything = models.Manager["Message"]()

    class Meta:
        ordering = ("pk",)
        indexes = (
            models.Index(
                fields=["deletion"], condition=Q(deletion__isnull=False), name="trashed_messages"
            ),
            models.Index(
                fields=["conversation"], condition=Q(parent__isnull=True), name="first_messages"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role}: {self.text[:40]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Together with what hears of it, such as the index of the search."""
        with transaction.atomic(savepoint=False):
            super().save(*args, **kwargs)

    def read_text_again(self) -> None:
        """Make it as new as what was read since: it may have been written meanwhile."""
        self.refresh_from_db(fields=["text", "reasoning", "tool_calls", "parts"])


class Deletion(models.Model):
    """One act of deleting: a `whole` conversation, or a `message` of it and all that follows.

    It lies in the trash until it is restored or, once doomed, purged; then it only tells a request
    that comes again (the same `key`) that all was done. `leaf` ended the branch on the page.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deletions"
    )
    key = models.UUIDField(default=uuid.uuid4)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="deletions"
    )
    whole = models.BooleanField(default=True)
    message = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    leaf = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    restored_at = models.DateTimeField(null=True, blank=True)
    doomed_at = models.DateTimeField(null=True, blank=True)
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["owner", "key"], name="one_deletion_per_key"),
        )
        indexes = (
            models.Index(
                fields=["owner", "-id"],
                condition=Q(restored_at__isnull=True, purged_at__isnull=True),
                name="deletions_in_the_trash",
            ),
            models.Index(
                fields=["made_at"],
                condition=Q(restored_at__isnull=True, doomed_at__isnull=True),
                name="deletions_by_time",
            ),
            models.Index(
                fields=["id"],
                condition=Q(doomed_at__isnull=False, purged_at__isnull=True),
                name="deletions_doomed",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pk} of {self.conversation_id}"
