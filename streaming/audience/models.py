"""Who may use a provider, or one of its models, where that is not everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Audience(models.Model):
    """Whoever has one of the `roles`, or is one of the `people`; nobody else.

    Without a `model` it is for the whole provider, which narrows all of its models. What has no row
    is for everybody.
    """

    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200, blank=True)
    roles: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    people: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["provider", "model"], name="one_audience_each"),
        )

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"
