"""The table of Django's database cache, in which failed sign-ins are counted; and invitations."""

from __future__ import annotations

from django.conf import settings
from django.db import models

NOTE_CHARACTERS = 80


class CacheEntry(models.Model):
    """As `createcachetable` would make it; a migration makes it on every site."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key


class Invitation(models.Model):
    """`digest` is the SHA-256 of what its link carries, `key` that of the form that made it.

    `taken_at` is when somebody made an account by it, which is the end of it.
    """

    key = models.UUIDField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    role = models.CharField(max_length=16)
    note = models.CharField(max_length=NOTE_CHARACTERS, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.pk} {self.role}"
