"""The choices of one person."""

from __future__ import annotations

from django.conf import settings
from django.db import models

LONGEST_MODEL = 300
"""Characters of a provider's name and a model's, with a stroke in between."""


class Preferences(models.Model):
    """A field for each choice; its default is what holds for whoever has not chosen.

    `title_model` names who titles new conversations, as a form does; empty: nobody.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    keyboard = models.BooleanField(default=True)
    title_model = models.CharField(max_length=LONGEST_MODEL, blank=True)

    def __str__(self) -> str:
        return f"of {self.owner_id}"
