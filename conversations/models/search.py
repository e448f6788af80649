"""What the search sees of conversations."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.models.threads import Conversation, Message


class SearchEntry(models.Model):
    """What a search sees of one title, prompt or answer: its tokens and facets, as rows of them.

    `key` names what it is about. The newest row has the highest number. Written by
    `conversations.search` alone; the database keeps its own index of these rows.
    """

    key = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, db_index=False, on_delete=models.CASCADE, related_name="+"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="search_entries"
    )
    message = models.ForeignKey(
        Message, null=True, on_delete=models.CASCADE, related_name="search_entries"
    )
    words = models.TextField()
    facets = models.TextField()
    model = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=16, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["owner", "-id"], name="search_entries_newest"),
            models.Index(
                fields=["owner", "-id"], condition=Q(message=None), name="search_titles_newest"
            ),
            models.Index(fields=["owner", "written_at"], name="search_entries_by_time"),
        )

    def __str__(self) -> str:
        return self.key
