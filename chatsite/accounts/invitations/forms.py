"""Forms: an invitation, and the account that its link makes."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import User

from chatsite import sentences
from chatsite.accounts.forms import PersonForm
from chatsite.accounts.models import NOTE_CHARACTERS
from conversations.roles.rights import Role

DAYS = (1, 7, 30)


class InvitationForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
    days = forms.TypedChoiceField(choices=[(days, days) for days in DAYS], coerce=int)
    note = forms.CharField(max_length=NOTE_CHARACTERS, required=False)

    cleaned_data: dict[str, Any]


class JoinForm(PersonForm):
    """Name and password of somebody who was invited. A name that is there is nobody else's."""

    password1 = forms.CharField(strip=False)
    password2 = forms.CharField(strip=False)

    def clean(self) -> dict[str, Any]:
        asked = super().clean()
        first, again = asked.get("password1"), asked.get("password2")
        if first and again and first != again:
            self.add_error("password2", sentences.PASSWORDS_DIFFER)
        elif first and "name" in asked:
            try:
                get_adapter().clean_password(first, User(username=asked["name"]))
            except forms.ValidationError as trouble:
                self.add_error("password1", trouble)
        return asked

    def save(self, by: User | None = None) -> User | None:
        person = super().save(by)
        if person is not None:
            person.set_password(self.cleaned_data["password1"])
            person.save(update_fields=["password"])
        return person

    def _added_before(self) -> None:
        """Whom an administrator added is let in by the link that was made for them alone."""
