"""What answers used and cost whose conversations were deleted for good."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from conversations.models import Project


class PastUse(models.Model):
    """Sums of answers of one day and model that are gone; no title, and no word of them."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    day = models.CharField(max_length=10)
    provider = models.CharField(max_length=64)
    model = models.CharField(max_length=200)
    project = models.ForeignKey(Project, null=True, on_delete=models.SET_NULL, related_name="+")
    cost_source = models.CharField(max_length=16, blank=True)
    cost_currency = models.CharField(max_length=8, blank=True)
    answers = models.PositiveIntegerField()
    stops = models.PositiveIntegerField()
    resumes = models.PositiveIntegerField()
    runs = models.PositiveIntegerField()
    input_tokens = models.BigIntegerField()
    cached_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    reasoning_tokens = models.BigIntegerField()
    cost_nanos = models.BigIntegerField(null=True)

    class Meta:
        indexes = (models.Index(fields=["person", "day"], name="past_use_by_day"),)

    def __str__(self) -> str:
        return f"{self.person_id} {self.day} {self.model}"
