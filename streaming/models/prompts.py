"""Prompts in line: what is sent in a conversation once the answer that is written has ended."""

from __future__ import annotations

from functools import cache
from typing import Any, Self
from uuid import UUID

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q

from conversations.models import Conversation
from conversations.prepared import OTHER_UUID, SOME_UUID, Prepared, PreparedRow

PROMPTS_STATE = """(
    SELECT count(*) || '.' || max(id) || '.' || sum(revision)
    FROM streaming_queuedprompt WHERE conversation_id = {conversation} HAVING count(*) > 0
)"""
"""What sums up the line of a conversation; NULL while it is empty.

A change of a row counts its `revision` up, and numbers of rows are never used again.
"""


class QueuedPromptQuerySet(models.QuerySet["QueuedPrompt"]):
    def standing(self) -> Self:
        """Those that were not taken out of the line."""
        return self.filter(removed_at=None)

    def waiting(self) -> Self:
        """Those that are sent without anybody's help."""
        return self.filter(removed_at=None, held="")


QueuedPromptRows = models.Manager.from_queryset(QueuedPromptQuerySet)


class QueuedPromptManager(QueuedPromptRows["QueuedPrompt"]):
    def free_thread(self, conversation_id: UUID, key: UUID) -> Conversation | None:
        """The conversation, held, unless a prompt waits in it, or the one of this key is held, or
        was taken out.

        A statement that waits for a lock does not see what was put in line while it waited: where
        rows are locked it is held first, and asked about then.
        """
        if connection.features.has_select_for_update:
            Conversation.objects.held(conversation_id)
        return _free_thread().first(conversation_id, key)

    def is_waiting(self, conversation_id: UUID) -> bool:
        """Whether a prompt there waits for the end of an answer."""
        return bool(_waiting().rows(conversation_id))


class QueuedPrompt(models.Model):
    """A prompt in line, with the model and parameters that it was written for.

    `key` names it, and becomes the key of the answer that it asks for, so it is sent once. `held`
    says why it waits for its sender; none of an empty line is. An `urgent` one is next, however
    the answer before it ends. While somebody is `editing` it the line waits. One that was taken
    out at `removed_at` can be put back for a while.
    """

    class Held(models.TextChoices):
        STOPPED = "stopped"
        FAILED = "failed"
        INTERRUPTED = "interrupted"
        DELETED = "deleted"
        LIMIT = "limit"
        MODEL = "model"
        FULL = "full"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="queued_prompts"
    )
    key = models.UUIDField()
    place = models.IntegerField()
    text = models.TextField()
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    files: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    held = models.CharField(max_length=16, choices=Held.choices, blank=True)
    urgent = models.BooleanField(default=False)
    editing = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = QueuedPromptManager()

    class Meta:
        ordering = ("place", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "key"], name="one_queued_prompt_per_key"
            ),
        )
        indexes = (
            models.Index(
                fields=["conversation"],
                condition=Q(held="", removed_at__isnull=True),
                name="prompts_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place}: {self.text[:40]}"

    @property
    def file_ids(self) -> list[UUID]:
        """The files that it is sent with."""
        return [UUID(each) for each in self.files]

    @property
    def choice(self) -> str:
        """Provider and model, as a form names them."""
        return f"{self.provider}/{self.model}"


@cache
def _free_thread() -> PreparedRow[Conversation]:
    """Asked of everything that is sent."""
    in_line = QueuedPrompt.objects.filter(Q(held="", removed_at=None) | Q(key=OTHER_UUID))
    free = ~Exists(in_line.filter(conversation=OuterRef("pk")))
    rows = Conversation.objects.select_for_update(no_key=True).filter(free, pk=SOME_UUID)
    return PreparedRow(rows, SOME_UUID, OTHER_UUID)


@cache
def _waiting() -> Prepared:
    """Asked of every answer that ends."""
    rows = QueuedPrompt.objects.waiting().filter(conversation=SOME_UUID).order_by()
    return Prepared(rows.values_list("pk")[:1], SOME_UUID)
