"""The table of Django's database cache, in which failed sign-ins are counted."""

from __future__ import annotations

from django.db import models


class CacheEntry(models.Model):
    """As `createcachetable` would make it; a migration makes it on every site."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "accounts_cache"

    def __str__(self) -> str:
        return self.cache_key
