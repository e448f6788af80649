"""A person's tokens, without their texts."""

from __future__ import annotations

from django.conf import settings
from django.db import models

NAME_CHARACTERS = 80


class AccessToken(models.Model):
    """One token: `digest` is the SHA-256 of its text, `key` that of the form which asked for it."""

    class Scope(models.TextChoices):
        READ = "read"
        WRITE = "write"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="access_tokens",
    )
    key = models.UUIDField()
    name = models.CharField(max_length=NAME_CHARACTERS)
    digest = models.CharField(max_length=64, unique=True)
    scope = models.CharField(max_length=8, choices=Scope.choices)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["owner", "key"], name="one_token_per_form"),)

    def __str__(self) -> str:
        return f"{self.pk} {self.scope}"
