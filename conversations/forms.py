"""What a person may change of a conversation."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from conversations.invisible import is_blank


class TitleForm(forms.Form):
    """A new title; the sentence says what is wrong with a bad one."""

    title = forms.CharField(
        max_length=settings.TITLE_CHARACTERS,
        error_messages={
            "required": "A conversation needs a title.",
            "max_length": "A title has at most %(limit_value)d characters; this one has "
            "%(show_value)d.",
        },
    )

    def clean_title(self) -> str:
        title = str(self.cleaned_data["title"])
        if is_blank(title):
            raise ValidationError(self.fields["title"].error_messages["required"])
        return title
