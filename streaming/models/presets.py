"""System prompt and parameters that a person keeps under a name, or for a new conversation."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class Preset(models.Model):
    """One without a name is what was set on the page of a conversation that has not begun."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="presets"
    )
    name = models.CharField(max_length=80, blank=True)
    system_prompt = models.TextField(blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "created_at")
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "name"], condition=~Q(name=""), name="one_preset_per_name"
            ),
        )

    def __str__(self) -> str:
        return self.name
