"""The choices of one person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST_MODEL = 300
"""Characters of a provider's name and a model's, with a stroke in between."""

LONGEST_LANGUAGE = 16
"""Characters of a language's code."""


class Preferences(models.Model):
    """A field for each choice; its default is what holds for whoever has not chosen.

    `title_model` names who titles new conversations, as a form does; empty: nobody. `new_model`
    is the one with which they start; empty: as the site has it. `about_me` is what models are told
    of the person, `parameters` what they are asked with where neither project nor conversation says
    otherwise. `language` is the code of one; empty: the browser says which.
    """

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Density(models.TextChoices):
        COMFORTABLE = "", _("Comfortable")
        COMPACT = "compact", _("Compact")

    class TextSize(models.TextChoices):
        SMALL = "small", _("Small")
        USUAL = "", _("Usual")
        LARGE = "large", _("Large")
        LARGER = "larger", _("Larger")
        LARGEST = "largest", _("Largest")

    class Answers(models.TextChoices):
        AS_THEY_COME = "", _("As they are written")
        WHOLE = "whole", _("When they are complete")

    class SendingKey(models.TextChoices):
        ENTER = "", _("Enter")
        CTRL_ENTER = "ctrl", _("Ctrl Enter")

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    keyboard = models.BooleanField(default=True)
    title_model = models.CharField(max_length=LONGEST_MODEL, blank=True)
    new_model = models.CharField(max_length=LONGEST_MODEL, blank=True)
    theme = models.CharField(max_length=16, choices=Theme.choices, blank=True)
    density = models.CharField(max_length=16, choices=Density.choices, blank=True)
    text_size = models.CharField(max_length=16, choices=TextSize.choices, blank=True)
    answers = models.CharField(max_length=16, choices=Answers.choices, blank=True)
    sending_key = models.CharField(max_length=16, choices=SendingKey.choices, blank=True)
    about_me = models.TextField(blank=True)
    parameters: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(
        default=dict, blank=True
    )
    language = models.CharField(max_length=LONGEST_LANGUAGE, blank=True)

    def __str__(self) -> str:
        return f"of {self.owner_id}"
