"""Forms: a new password, and a new person."""

from __future__ import annotations

import unicodedata
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import transaction

from chatsite import sentences
from conversations.audit.acts import What
from conversations.audit.recording import record

NAME_CHARACTERS = 150


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks for the old password; a wrong one counts as a failed sign-in."""

    def clean_oldpassword(self) -> str:
        adapter, typed = get_adapter(), self.cleaned_data["oldpassword"]
        if not adapter.reauthenticate(self.user, typed):
            raise adapter.validation_error("enter_current_password")
        return str(typed)


class PersonForm(forms.Form):
    """Somebody who shall sign in. No two names differ in case alone.

    The form of somebody who was added and has not come yet is that person's again.
    """

    name = forms.CharField(
        max_length=NAME_CHARACTERS,
        validators=[UnicodeUsernameValidator()],
        error_messages={"required": sentences.NAME_IS_MISSING},
    )
    email = forms.EmailField(required=False)

    def clean_name(self) -> str:
        return unicodedata.normalize("NFKC", str(self.cleaned_data["name"]))

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if "name" in asked and "email" in asked:
            same_name = User.objects.filter(username__iexact=asked["name"])
            if same_name.exists() and self._added_before() is None:
                self.add_error("name", sentences.NAME_IS_TAKEN)
        return asked

    @transaction.atomic
    def save(self, by: User | None = None) -> User | None:
        """The account has no password: a link lets this person in, to set one.

        The log tells `by` whom; without, whoever calls this tells it in other words.

        None where somebody took the name since it was looked for; the form says so.
        """
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        User.objects.select_for_update(no_key=True).order_by("pk").first()  # one after the other
        if before := self._added_before():
            return before
        if User.objects.filter(username__iexact=name).exists():
            self.add_error("name", sentences.NAME_IS_TAKEN)
            return None
        made = User.objects.create_user(name, email or None)
        if by is not None:
            record(by, What.ACCOUNT_ADDED, whom=made)
        return made

    def _added_before(self) -> User | None:
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        waiting = User.objects.filter(username=name, last_login=None, is_active=True)
        found = waiting.filter(email=User.objects.normalize_email(email)).first()
        return None if found is None or found.has_usable_password() else found
