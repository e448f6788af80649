"""What a person sends, checked; each complaint says what to do, and the text stays in the box."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from conversations.invisible import is_blank
from streaming.catalog.model_menu import Menu, ModelChoice, UnknownModel
from streaming.error_messages import replies

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what no database and no socket takes, NUL and lone surrogates, replaced."""
    return UNSTORABLE.sub(REPLACEMENT, text)


class PromptField(forms.CharField):
    """Keeps the prompt as typed, white space too; only its line ends are made one."""

    def __init__(self) -> None:
        super().__init__(strip=False, required=False, widget=forms.Textarea)

    def to_python(self, value: Any) -> str:
        text = str(value or "")
        if is_blank(text):  # before NUL becomes something to see
            return ""
        return storable(text).replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: str) -> None:
        if not value:
            raise ValidationError(replies.NOTHING_WRITTEN)
        size = len(value.encode())
        if size > settings.PROMPT_BYTES:
            raise ValidationError(replies.prompt_too_long(size, settings.PROMPT_BYTES))

    def run_validators(self, value: str) -> None:
        """None of CharField's: NUL was replaced already."""


class KeyField(forms.UUIDField):
    """Made by the page for each thing it asks: asked twice with one key is asked once."""

    def __init__(self) -> None:
        stale = replies.STALE_PAGE
        super().__init__(error_messages={"required": stale, "invalid": stale})


def chosen(menu: Menu, value: str) -> ModelChoice:
    """The choice of that value; raises ValidationError."""
    try:
        return menu.choose(value)
    except UnknownModel as trouble:
        raise ValidationError(str(trouble)) from trouble


class SendForm(forms.Form):
    """A prompt for a model, in a conversation or in a new one."""

    prompt = PromptField()
    model = forms.CharField(required=False)
    conversation = forms.UUIDField(required=False)
    temporary = forms.BooleanField(required=False)
    key = KeyField()

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, menu: Menu) -> None:
        super().__init__(data)
        self._menu = menu

    def clean_model(self) -> ModelChoice:
        return chosen(self._menu, self.cleaned_data["model"])


class KeyForm(forms.Form):
    """An action on an answer."""

    key = KeyField()
    cleaned_data: dict[str, Any]

    @property
    def complaint(self) -> str:
        """What to tell of a form that is not valid."""
        return replies.RELOAD


class ModelForm(KeyForm):
    """Resume an answer or write another one; without a model, with the one that wrote it."""

    model = forms.CharField(required=False)

    def __init__(self, data: Any = None, *, menu: Menu) -> None:
        super().__init__(data)
        self._menu = menu

    def clean_model(self) -> ModelChoice | None:
        named = self.cleaned_data["model"]
        return chosen(self._menu, named) if named else None

    @property
    def complaint(self) -> str:
        return " ".join(map(str, self.errors.get("model", ()))) or super().complaint
