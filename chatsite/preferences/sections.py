"""The sections of the page, in their order: each a form, and a template that shows its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from conversations.preferences.models import LONGEST_MODEL, Preferences
from streaming.catalog.model_menu import UnknownModel
from streaming.site import site


class SectionForm(forms.Form):
    """Its fields are named like those of `Preferences`."""

    cleaned_data: dict[str, Any]

    @property
    def complaint(self) -> str:
        return " ".join(str(text) for texts in self.errors.values() for text in texts)


class KeyboardForm(SectionForm):
    keyboard = forms.BooleanField(required=False)


class TitlesForm(SectionForm):
    title_model = forms.CharField(required=False, max_length=LONGEST_MODEL)

    def clean_title_model(self) -> str:
        """The value of a model that is offered now, or nothing."""
        value = str(self.cleaned_data["title_model"])
        try:
            return site().menu.choose(value).value if value else ""
        except UnknownModel as trouble:
            raise ValidationError(str(trouble)) from trouble


@dataclass(frozen=True, slots=True)
class Section:
    """`name` stands in addresses and ids."""

    name: str
    title: str
    form: type[SectionForm]

    @property
    def template(self) -> str:
        """What shows its fields. Context: form (filled in), and the page's own."""
        return f"preferences/{self.name}.html"

    def filled(self, chosen: Preferences) -> SectionForm:
        values = {name: getattr(chosen, name) for name in self.form.base_fields}
        return self.form(initial=values)


SECTIONS: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section("keyboard", "Keyboard", KeyboardForm),
        Section("titles", "Titles", TitlesForm),
    )
}
