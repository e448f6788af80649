"""A saved prompt."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from conversations.prompts.names import LONGEST_NAME

LONGEST_DESCRIPTION = 200
"""Characters."""


class SavedPrompt(models.Model):
    """A text under a name, which its owner has once. Others can use it while it is `shared`.

    With `deleted_at` it is in no list but that of what can be restored.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="prompts"
    )
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True)
    text = models.TextField()
    shared = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(deleted_at__isnull=True),
                name="one_prompt_per_name",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "name"], name="prompts_of_a_person"),
            models.Index(fields=["name"], condition=Q(shared=True), name="shared_prompts"),
        )

    def __str__(self) -> str:
        return self.name
