"""What people noted of models."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class ModelNote(models.Model):
    """One person's note of one model; `window` is in tokens, where nobody else tells it."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200)
    favourite = models.BooleanField(default=False)
    window = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "provider", "model"], name="one_note"),
        )

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"
