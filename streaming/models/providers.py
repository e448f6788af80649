"""Which providers and models administrators chose on the site's own pages."""

from __future__ import annotations

import uuid

from django.db import models


class StoredProvider(models.Model):
    """A provider that an administrator added on a page.

    Without `model_ids` it offers all that its server lists. `slug` never changes: generations
    and conversations name their provider by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=80)
    format = models.CharField(max_length=16)
    base_url = models.CharField(max_length=2048)
    sealed_key = models.TextField(blank=True)
    model_ids: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    resume = models.CharField(max_length=16, blank=True)
    enabled = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("created_at", "slug")

    def __str__(self) -> str:
        return self.name


class DefaultModel(models.Model):
    """What new conversations start with, as the administrators chose it; at most one row."""

    ONLY = 1

    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


class DemoSwitch(models.Model):
    """The demo provider is switched on while there is a row; at most one."""

    ONLY = 1

    def __str__(self) -> str:
        return "on"
