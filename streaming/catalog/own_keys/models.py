"""For which providers people may bring keys, and the keys that they brought."""

from __future__ import annotations

from django.conf import settings
from django.db import models

LONGEST_ADDRESS = 2048


class OwnKeyRule(models.Model):
    """A provider for which people may use keys of their own; `only`: nobody else's is used."""

    provider = models.CharField(max_length=64, primary_key=True)
    only = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.provider

    @property
    def said(self) -> str:
        return "own keys only" if self.only else "own keys allowed"


class OwnKey(models.Model):
    """One person's key for one provider, sealed, and the address that it was entered for."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    provider = models.CharField(max_length=64)
    address = models.CharField(max_length=LONGEST_ADDRESS)
    sealed_key = models.TextField()
    entered_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["owner", "provider"], name="one_own_key_each"),
        )

    def __str__(self) -> str:
        return f"{self.owner_id} {self.provider}"
