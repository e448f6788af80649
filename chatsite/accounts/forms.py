"""Forms: a new password, and a new person."""

from __future__ import annotations

import unicodedata

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm
from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError

from chatsite import sentences

NAME_CHARACTERS = 150


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]  # allauth has no types
    """Asks for the old password; a wrong one counts as a failed sign-in."""

    def clean_oldpassword(self) -> str:
        adapter, typed = get_adapter(), self.cleaned_data["oldpassword"]
        if not adapter.reauthenticate(self.user, typed):
            raise adapter.validation_error("enter_current_password")
        return str(typed)


class PersonForm(forms.Form):
    """Somebody who shall sign in. No two names differ in case alone."""

    name = forms.CharField(
        max_length=NAME_CHARACTERS,
        validators=[UnicodeUsernameValidator()],
        error_messages={"required": sentences.NAME_IS_MISSING},
    )
    email = forms.EmailField(required=False)

    def clean_name(self) -> str:
        name = unicodedata.normalize("NFKC", str(self.cleaned_data["name"]))
        if User.objects.filter(username__iexact=name).exists():
            raise ValidationError(sentences.NAME_IS_TAKEN)
        return name

    def save(self) -> User:
        """The account has no password: a link lets this person in, to set one."""
        name, email = self.cleaned_data["name"], self.cleaned_data["email"]
        return User.objects.create_user(name, email or None)
