"""Forms of saved prompts; each complaint says what to do, and what was typed stays."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from conversations.invisible import is_blank
from conversations.prompts import names, sentences
from conversations.prompts.models import LONGEST_DESCRIPTION

UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What no database takes."""


class TextField(forms.CharField):
    """Kept as typed; only its line ends are made one."""

    def __init__(self) -> None:
        super().__init__(strip=False, required=False)

    def to_python(self, value: Any) -> str:
        text = UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", str(value or ""))
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def run_validators(self, value: str) -> None:
        """None of CharField's: NUL was replaced already."""


class PromptForm(forms.Form):
    """A prompt as its owner writes it."""

    name = forms.CharField(
        max_length=names.LONGEST_TYPED,
        error_messages={
            "required": sentences.NAME_IS_MISSING,
            "max_length": sentences.BAD_NAME,
        },
    )
    description = forms.CharField(required=False, max_length=LONGEST_DESCRIPTION)
    text = TextField()
    shared = forms.BooleanField(required=False)

    cleaned_data: dict[str, Any]

    def clean_name(self) -> str:
        name = names.normal(str(self.cleaned_data["name"]))
        if not names.is_name(name):
            raise ValidationError(sentences.BAD_NAME)
        return name

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"])
        if is_blank(text):
            raise ValidationError(sentences.TEXT_IS_MISSING)
        size = len(text.encode())
        if size > settings.PROMPT_FILE_BYTES:
            raise ValidationError(sentences.text_too_long(size))
        return text


class ImportForm(forms.Form):
    file = forms.FileField(allow_empty_file=True)
