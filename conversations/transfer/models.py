"""Where conversations came from, and the imports and exports that people began."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models

from conversations.models import Conversation, Message

LONGEST_KEY = 200
"""Characters of what another program calls one of its conversations or nodes; longer: a hash."""


class ImportedThread(models.Model):
    """Which conversation elsewhere this one was; one person imports each only once.

    `archive_id` names it in an export, on every site that it comes to. `details` is what its source
    said of it besides its nodes.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    conversation = models.OneToOneField(
        Conversation, on_delete=models.CASCADE, related_name="imported"
    )
    source = models.CharField(max_length=32)
    account = models.CharField(max_length=LONGEST_KEY, blank=True)
    key = models.CharField(max_length=LONGEST_KEY)
    archive_id = models.UUIDField()
    details = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "source", "account", "key"], name="one_import_of_a_thread"
            ),
            models.UniqueConstraint(fields=["owner", "archive_id"], name="one_thread_per_archive"),
        )

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class ImportedNode(models.Model):
    """A node of such a conversation as its source wrote it, and the message that it belongs to.

    One that is not `shown` belongs to the next answer after it, or to what stands before it, and
    goes with that when it is deleted; `parent` is the node before it.
    """

    thread = models.ForeignKey(
        ImportedThread, on_delete=models.CASCADE, db_index=False, related_name="nodes"
    )
    node = models.CharField(max_length=LONGEST_KEY)
    parent = models.CharField(max_length=LONGEST_KEY, blank=True)
    message = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="imported"
    )
    shown = models.BooleanField(default=True)
    json = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["thread", "node"], name="one_import_of_a_node"),
        )

    def __str__(self) -> str:
        return self.node


class Transfer(models.Model):
    """An import or export, which continues without its page; `worker` is the process that does it.

    `done` of `size` are bytes of the file that comes in, or conversations that go out. Its file has
    its number as a name. `options` say what goes out; `sentence` says why it failed.
    """

    class Kind(models.TextChoices):
        IMPORT = "import"
        EXPORT = "export"

    class Status(models.TextChoices):
        RECEIVING = "receiving"
        WAITING = "waiting"
        RUNNING = "running"
        FINISHED = "finished"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="transfers"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices)
    status = models.CharField(max_length=16, choices=Status.choices)
    name = models.CharField(max_length=255, blank=True)
    size = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    options: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    sentence = models.TextField(blank=True)
    worker = models.BigIntegerField(null=True, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"{self.kind} {self.status}"


class Outcome(models.Model):
    """What became of one conversation of an import: `place` counts them as they stand in the file.

    `not_shown` counts what is kept and not shown, by a word for it; `why` says what was refused.
    """

    class What(models.TextChoices):
        TAKEN = "taken"
        UNCHANGED = "unchanged"
        UPDATED = "updated"
        REFUSED = "refused"

    transfer = models.ForeignKey(
        Transfer, on_delete=models.CASCADE, db_index=False, related_name="outcomes"
    )
    place = models.PositiveIntegerField()
    what = models.CharField(max_length=16, choices=What.choices)
    title = models.CharField(max_length=200, blank=True)
    conversation = models.ForeignKey(
        Conversation, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    messages = models.PositiveIntegerField(default=0)
    not_shown: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=["transfer", "place"], name="one_outcome_per_place"),
        )

    def __str__(self) -> str:
        return f"{self.place} {self.what}"
