"""The form for the title of a conversation."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from conversations import sentences
from conversations.invisible import is_blank


class TitleForm(forms.Form):
    """A new title."""

    title = forms.CharField(
        max_length=settings.TITLE_CHARACTERS,
        error_messages={
            "required": sentences.TITLE_IS_MISSING,
            "max_length": sentences.TITLE_IS_TOO_LONG,
        },
    )

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if is_blank(title):
            raise ValidationError(sentences.TITLE_IS_MISSING)
        return title
