"""What administrators set, for a role or for one person."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class Quota(models.Model):
    """Of a role or of a person. A number that is None is left to the role, or to the setting.

    Tokens are those in and out together, a cost is in billionths of a dollar, `storage` in bytes.
    """

    role = models.CharField(max_length=16, null=True, unique=True)  # noqa: DJ001 (unique, so not "")
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="quota"
    )
    running = models.PositiveIntegerField(null=True)
    sends_a_minute = models.PositiveIntegerField(null=True)
    sends_a_day = models.PositiveIntegerField(null=True)
    tokens_a_month = models.BigIntegerField(null=True)
    cost_a_month = models.BigIntegerField(null=True)
    storage = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(role=None) ^ Q(person=None), name="quota_of_a_role_or_a_person"
            ),
        )

    def __str__(self) -> str:
        return self.role or f"{self.person_id}"
