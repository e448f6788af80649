"""What a row's form says: which of its buttons was pressed, and what was written."""

from __future__ import annotations

from typing import Any

from django import forms

from conversations.requests import MOST_NUMBER
from streaming.catalog.model_menu import Menu, ModelChoice
from streaming.forms import PromptField, chosen


class PressForm(forms.Form):
    """`do` names the act; `before` and `after` another prompt, for the two that move it.

    `stops` is the answer that a page shows as being written: empty where it shows none.
    """

    do = forms.ChoiceField(
        choices=[(act, act) for act in ("edit", "leave", "save", "remove", "undo", "send")],
        required=False,
    )
    before = forms.UUIDField(required=False)
    after = forms.UUIDField(required=False)
    stops = forms.IntegerField(required=False, min_value=0, max_value=MOST_NUMBER)

    cleaned_data: dict[str, Any]


class SaveForm(forms.Form):
    """What a prompt in line is changed to."""

    prompt = PromptField()
    model = forms.CharField(required=False)

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, menu: Menu) -> None:
        super().__init__(data)
        self._menu = menu

    def clean_model(self) -> ModelChoice:
        return chosen(self._menu, self.cleaned_data["model"])
