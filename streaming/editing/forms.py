"""What a person wrote instead of what stands in a thread."""

from __future__ import annotations

from typing import Any

from django import forms

from conversations.requests import MOST_NUMBER
from streaming.catalog.model_menu import Menu, ModelChoice
from streaming.forms import KeyField, PromptField, chosen


class AnswerForm(forms.Form):
    """An answer in a person's own words; `base` was its last generation when they began."""

    text = PromptField()
    base = forms.IntegerField(required=False, min_value=1, max_value=MOST_NUMBER)
    key = KeyField()

    cleaned_data: dict[str, Any]

    @property
    def complaint(self) -> str:
        """What to tell of a form that is not valid."""
        return " ".join(str(text) for texts in self.errors.values() for text in texts)


class PromptForm(AnswerForm):
    """A prompt in other words, and the model that answers it."""

    model = forms.CharField(required=False)

    def __init__(self, data: Any = None, *, menu: Menu, usual: str) -> None:
        super().__init__(data)
        self._menu = menu
        self._usual = usual

    def clean_model(self) -> ModelChoice:
        return chosen(self._menu, self.cleaned_data["model"] or self._usual)
