"""Which people are not what everybody is, and who is about to be nobody."""

from __future__ import annotations

from django.conf import settings
from django.db import models

LONGEST_ROLE = 16


class Standing(models.Model):
    """The role of one person, if it is neither of an administrator, whom Django marks, nor usual.

    A row of its own, as `User` is Django's; it comes with the person by one join.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="standing",
    )
    role = models.CharField(max_length=LONGEST_ROLE)

    def __str__(self) -> str:
        return f"{self.person_id} {self.role}"


class Leaving(models.Model):
    """Somebody whose account is deleted: nothing brings it back, and what it has goes."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="leaving"
    )
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.person_id}"
