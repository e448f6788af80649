"""Runs: who writes into which message, how that stands, and what was written but not yet folded."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models import Conversation, Message
from conversations.prepared import SOME_NUMBER, SOME_UUID, Prepared

LONGEST_SENTENCE = 600
"""Characters of what a reader is told of a run: our sentence, and 300 of the provider's."""


class Worker(models.Model):
    """A serving process and its lease; when the lease runs out its runs may be taken from it."""

    host = models.CharField(max_length=255)
    lease_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.host} {self.pk}"


class GenerationQuerySet(models.QuerySet["Generation"]):
    def running(self) -> Self:
        return self.filter(status=Generation.Status.RUNNING)

    def standing(self) -> Self:
        """Those that were not undone: what they wrote stands in their messages."""
        return self.filter(undone_at=None)

    def visible(self) -> Self:
        """Those of messages that are not in the trash."""
        return self.filter(message__deletion=None, conversation__trashed_at=None)


GenerationRows = models.Manager.from_queryset(GenerationQuerySet)


class GenerationManager(GenerationRows["Generation"]):
    """Leaves out what only the next request needs: it can be long, and every page reads rows."""

    def get_queryset(self) -> GenerationQuerySet:
        return GenerationQuerySet(self.model, using=self._db).defer("opaque", "sent")

    def is_used(self, user_id: int, key: uuid.UUID) -> bool:
        """Whether this key of a person has made an answer."""
        return bool(_with_key().rows(user_id, key))


class Counted(models.Model):
    """What a request to a provider used and cost, as far as that is known.

    Costs are billionths of a unit of `cost_currency`. Where no provider reported one, it was
    computed by the prices of `price_list` that held at `priced_at`; `cost_source` says which, and
    whether it is no more than an estimate or a bound.
    """

    class UsageSource(models.TextChoices):
        REPORTED = "reported"
        ESTIMATED = "estimated"

    class CostSource(models.TextChoices):
        REPORTED = "reported"
        COMPUTED = "computed"
        ESTIMATED = "estimated"
        AT_MOST = "at_most"
        UNKNOWN = "unknown"
        UNPRICED = "unpriced"

    input_tokens = models.PositiveIntegerField(null=True, blank=True)
    output_tokens = models.PositiveIntegerField(null=True, blank=True)
    reasoning_tokens = models.PositiveIntegerField(null=True, blank=True)
    cached_tokens = models.PositiveIntegerField(null=True, blank=True)
    cache_write_tokens = models.PositiveIntegerField(null=True, blank=True)
    total_tokens = models.PositiveIntegerField(null=True, blank=True)
    usage_source = models.CharField(max_length=16, choices=UsageSource.choices, blank=True)
    cost_nanos = models.BigIntegerField(null=True, blank=True)
    cost_input_nanos = models.BigIntegerField(null=True, blank=True)
    cost_output_nanos = models.BigIntegerField(null=True, blank=True)
    cost_currency = models.CharField(max_length=8, blank=True)
    cost_source = models.CharField(max_length=16, choices=CostSource.choices, blank=True)
    price_list = models.CharField(max_length=40, blank=True)
    priced_at = models.DateTimeField(null=True, blank=True)

    status: str | models.CharField[Any, Any]

    class Meta:
        abstract = True


class Generation(Counted):
    """One run that writes into one assistant message, from `start_offset` on.

    A person's edit is one, too, ended as it was made: it `replaced` so many characters. Offsets
    count characters (code points) of the message's text. A status ends once: only
    `streaming.journal.store` moves it away from `running`. An `automatic` run continues one that
    broke off, so each keeps its own end, segment and usage. Until `retry_at` a running one waits,
    and `error_message` says why; `turn_at` is when it need not wait in line any more, and it
    `waits_for_slot` while its process writes as much as it may.
    `response_cursor` is the upstream's number of the last event in the text, where the answer can
    be read again by its `response_id`; `opaque` is what the next request to the model needs.
    `sent` holds the system prompt and the parameters that it was asked with. One that came with an
    import was `requested_by` nobody here: it counts for no limit and in no sum.
    """

    class Status(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        CANCELLED = "cancelled"
        FAILED = "failed"
        INTERRUPTED = "interrupted"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="generations"
    )
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="generations")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="generations"
    )
    request_key = models.UUIDField()
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200)
    resume_mode = models.CharField(max_length=16, blank=True)
    automatic = models.BooleanField(default=False)
    start_offset = models.PositiveIntegerField(default=0)
    end_offset = models.PositiveIntegerField(default=0)
    replaced = models.PositiveIntegerField(null=True, blank=True)

    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    finish_reason = models.CharField(max_length=32, blank=True)
    error_code = models.CharField(max_length=32, blank=True)
    error_message = models.CharField(max_length=LONGEST_SENTENCE, blank=True)
    retry_after = models.FloatField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    retry_at = models.DateTimeField(null=True, blank=True)
    upstream_request_id = models.CharField(max_length=200, blank=True)
    response_id = models.CharField(max_length=200, blank=True)
    response_cursor = models.BigIntegerField(null=True, blank=True)
    opaque: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    sent: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    thought_seconds = models.FloatField(null=True, blank=True)
    warnings: models.JSONField[list[Any], list[Any]] = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    turn_at = models.DateTimeField(null=True, blank=True)
    first_delta_at = models.DateTimeField(null=True, blank=True)
    waits_for_slot = models.BooleanField(null=True, blank=True)
    stop_requested_at = models.DateTimeField(null=True, blank=True)
    stopped_by_administrator = models.BooleanField(null=True, blank=True)
    upstream_closed_at = models.DateTimeField(null=True, blank=True)
    upstream_idle_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    worker = models.ForeignKey(
        Worker, null=True, blank=True, on_delete=models.SET_NULL, related_name="generations"
    )
    epoch = models.PositiveIntegerField(default=1)

    objects = GenerationManager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status="running"),
                name="one_running_generation_per_conversation",
            ),
            models.UniqueConstraint(
                fields=["requested_by", "request_key"], name="one_generation_per_request_key"
            ),
        )
        indexes = (
            models.Index(
                fields=["worker"], condition=Q(status="running"), name="running_by_worker"
            ),
            models.Index(
                fields=["requested_by"], condition=Q(status="running"), name="running_by_person"
            ),
            models.Index(
                fields=["ended_at"], condition=Q(status="interrupted"), name="interrupted_by_time"
            ),
            models.Index(fields=["conversation"], condition=Q(replaced__isnull=False), name="edit"),
            models.Index(fields=["requested_by", "created_at"], name="generations_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def asked_at(self) -> datetime:
        """When its turn came; at once where it had not to wait in line."""
        return self.turn_at or self.created_at

    @property
    def took(self) -> timedelta | None:
        """From its turn to its end; None while it runs, or where its turn never came."""
        stopped = self.status in (self.Status.CANCELLED, self.Status.INTERRUPTED)
        if self.ended_at is None or (stopped and not self.turn_at and not self.first_delta_at):
            return None
        return max(self.ended_at - self.asked_at, timedelta())

    @property
    def is_edit(self) -> bool:
        return self.replaced is not None

    @property
    def choice(self) -> str:
        """Provider and model, as a form names them."""
        return f"{self.provider}/{self.model}"


@cache
def _with_key() -> Prepared:
    """Asked of everything that is sent."""
    used = Generation.objects.filter(requested_by_id=SOME_NUMBER, request_key=SOME_UUID)
    return Prepared(used.values_list("pk"), SOME_NUMBER, SOME_UUID)


class JournalEntry(models.Model):
    """What one commit added to one run: `seq` counts 1, 2, 3 without gaps.

    A mark says where upstream stood when all text before it was kept, a thought how many
    milliseconds a spell of thinking took that ends there; those of tool calls and of sources are
    JSON. An edit's one holds what it replaced.
    """

    class Kind(models.TextChoices):
        TEXT = "text"
        REASONING = "reasoning"
        MARK = "mark"
        THOUGHT = "thought"
        TOOL_START = "tool_start"
        TOOL_ARGS = "tool_args"
        TOOL_END = "tool_end"
        CITE = "cite"
        TOOL_RUN = "tool_run"
        TOOL_RESULT = "tool_result"
        PICTURE = "picture"
        ORIGINAL = "original"

    generation = models.ForeignKey(
        Generation,
        on_delete=models.CASCADE,
        related_name="entries",
        db_index=False,  # `one_entry_per_seq` begins with it, and a second index is written, too
    )
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    text = models.TextField()

    class Meta:
        ordering = ("seq",)
        constraints = (
            models.UniqueConstraint(fields=["generation", "seq"], name="one_entry_per_seq"),
        )

    def __str__(self) -> str:
        return f"{self.generation_id}/{self.seq}"


class Recording(models.Model):
    """What upstream sent to a generation, as it came; `cut` if that was more than is kept."""

    generation = models.OneToOneField(
        Generation, on_delete=models.CASCADE, related_name="recording"
    )
    format = models.CharField(max_length=16)
    data = models.BinaryField()
    size = models.PositiveIntegerField()
    cut = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.generation_id} {self.format}"
