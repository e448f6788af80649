"""Who may use a provider or a model, as an administrator says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from conversations.roles.rights import Role
from streaming.audience import rules
from streaming.audience.rules import Chosen
from streaming.catalog.own_keys import keys
from streaming.catalog.own_keys.models import OwnKeyRule
from streaming.error_messages import provider_pages

EVERYBODY, THESE = "everybody", "these"
MOST_PEOPLE = 1000


class KeysForm(forms.Form):
    """Whether people may use keys of their own, and whether there is no other."""

    own = forms.ChoiceField(
        choices=[(each, each) for each in ("no", "may", "only")],
        error_messages=provider_pages.CHOOSE,
    )

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, rule: OwnKeyRule | None = None) -> None:
        own = "no" if rule is None else "only" if rule.only else "may"
        super().__init__(data, initial={"own": own})

    def save(self, provider: str) -> None:
        own = self.cleaned_data["own"]
        keys.set_rule(provider, allowed=own != "no", only=own == "only")


class AudienceForm(forms.Form):
    """Everybody, or whoever has one of the roles or is named: one user name a line."""

    who = forms.ChoiceField(
        choices=[(EVERYBODY, EVERYBODY), (THESE, THESE)], error_messages=provider_pages.CHOOSE
    )
    roles = forms.MultipleChoiceField(
        choices=[(role.value, role.label) for role in rules.ROLES],
        required=False,
        error_messages=provider_pages.CHOOSE,
    )
    people = forms.CharField(required=False, widget=forms.Textarea)

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, chosen: Chosen | None = None) -> None:
        initial: dict[str, object] = {"who": THESE if chosen else EVERYBODY}
        if chosen:
            initial["roles"] = [role.value for role in chosen.roles]
            initial["people"] = "\n".join(chosen.people)
        super().__init__(data, initial=initial)

    def clean_people(self) -> Sequence[User]:
        lines = (line.strip() for line in self.cleaned_data["people"].splitlines())
        names = list(dict.fromkeys(line for line in lines if line))
        if len(names) > MOST_PEOPLE:
            raise ValidationError(provider_pages.too_many_people(MOST_PEOPLE))
        found = {
            person.get_username(): person
            for person in User.objects.filter(username__in=names, leaving=None)
        }
        if unknown := [name for name in names if name not in found]:
            raise ValidationError(provider_pages.nobody_called(unknown[0]))
        return list(found.values())

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        chose_nobody = not said.get("roles") and not said.get("people")
        if said.get("who") == THESE and not self.errors and chose_nobody:
            self.add_error("who", provider_pages.NOBODY_CHOSEN)
        return said

    def save(self, provider: str, model: str) -> None:
        """It holds in every process from the next request on."""
        said = self.cleaned_data
        if said["who"] == EVERYBODY:
            rules.open_to_everybody(provider, model)
        else:
            rules.keep_to(provider, model, [Role(role) for role in said["roles"]], said["people"])
