"""Requests for titles: who asked which model, what it said and used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models import Conversation
from streaming.models import LONGEST_SENTENCE, Counted


class TitleRequest(Counted):
    """One request for one title, sent to a model at most once.

    An `automatic` one waits for the first answer of its conversation, which has at most one; whom
    it asks is found out then. `sentence` says why there is no `title`.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"
        DROPPED = "dropped"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    request_key = models.UUIDField()
    automatic = models.BooleanField(default=False)
    provider = models.CharField(max_length=64, blank=True)
    model = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.RUNNING)
    title = models.CharField(max_length=200, blank=True)
    sentence = models.CharField(max_length=LONGEST_SENTENCE, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["requested_by", "request_key"], name="one_title_per_request_key"
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(automatic=True),
                name="one_automatic_title_per_conversation",
            ),
        )
        indexes = (
            models.Index(fields=["id"], condition=Q(status="waiting"), name="titles_waiting"),
            models.Index(fields=["requested_by", "-asked_at"], name="titles_by_person"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"
