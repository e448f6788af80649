"""The sections of the page, in their order: each a form, and a template that shows its fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings as django_settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from conversations.preferences.models import LONGEST_MODEL, Preferences
from streaming.catalog.model_menu import UnknownModel
from streaming.parameters.forms import told
from streaming.site import site


class SectionForm(forms.Form):
    """Its fields are named like those of `Preferences`, and are those of one person."""

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, person_id: int, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self._person_id = person_id

    def offered(self, field: str) -> str:
        """The value of a model that this person is offered now, or nothing."""
        named = str(self.cleaned_data[field])
        try:
            return site().menu.of(self._person_id).choose(named).value if named else ""
        except UnknownModel as trouble:
            raise ValidationError(str(trouble)) from trouble

    @property
    def complaint(self) -> str:
        return " ".join(str(text) for texts in self.errors.values() for text in texts)


class AboutForm(SectionForm):
    about_me = forms.CharField(required=False, strip=False)

    def clean_about_me(self) -> str:
        return told(self.cleaned_data["about_me"])


class AppearanceForm(SectionForm):
    theme = forms.ChoiceField(label=_("Colours"), required=False, choices=Preferences.Theme.choices)
    density = forms.ChoiceField(
        label=_("Spacing"), required=False, choices=Preferences.Density.choices
    )
    text_size = forms.ChoiceField(
        label=_("Size of text"), required=False, choices=Preferences.TextSize.choices
    )


class AnswersForm(SectionForm):
    answers = forms.ChoiceField(
        label=_("Answers are shown"), required=False, choices=Preferences.Answers.choices
    )


class NewModelForm(SectionForm):
    new_model = forms.CharField(required=False, max_length=LONGEST_MODEL)

    def clean_new_model(self) -> str:
        return self.offered("new_model")


class KeyboardForm(SectionForm):
    keyboard = forms.BooleanField(required=False)
    sending_key = forms.ChoiceField(
        label=_("Key that sends"), required=False, choices=Preferences.SendingKey.choices
    )


class LanguageForm(SectionForm):
    language = forms.ChoiceField(
        required=False, choices=[("", _("As the browser asks")), *django_settings.LANGUAGES]
    )


class TitlesForm(SectionForm):
    title_model = forms.CharField(required=False, max_length=LONGEST_MODEL)

    def clean_title_model(self) -> str:
        return self.offered("title_model")


@dataclass(frozen=True, slots=True)
class Section:
    """`name` stands in addresses and ids."""

    name: str
    title: str | Promise
    form: type[SectionForm]

    @property
    def template(self) -> str:
        """What shows its fields. Context: form (filled in), and the page's own."""
        return f"preferences/{self.name.replace('-', '_')}.html"

    def filled(self, chosen: Preferences) -> SectionForm:
        values = {name: getattr(chosen, name) for name in self.form.base_fields}
        return self.form(person_id=chosen.owner_id, initial=values)


SECTIONS: Mapping[str, Section] = {
    section.name: section
    for section in (
        Section("appearance", _("Appearance"), AppearanceForm),
        Section("answers", _("Answers"), AnswersForm),
        Section("new-model", _("Model"), NewModelForm),
        Section("about", _("About me"), AboutForm),
        Section("titles", _("Titles"), TitlesForm),
        Section("keyboard", _("Keyboard"), KeyboardForm),
        Section("language", _("Language"), LanguageForm),
    )
}
