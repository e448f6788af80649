"""The forms of the page that asks: each is one way to prove who it is."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import User

from chatsite.accounts.second_factors.forms import CodeForm, PasskeyForm


class PasswordForm(forms.Form):
    """A wrong one counts as a failed sign-in."""

    password = forms.CharField(strip=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        typed = str(self.cleaned_data["password"])
        if not self.user.has_usable_password() or not get_adapter().reauthenticate(
            self.user, typed
        ):
            raise get_adapter().validation_error("enter_current_password")
        return typed


WAYS: dict[str, Any] = {"password": PasswordForm, "code": CodeForm, "passkey": PasskeyForm}
"""By the value of the field `asked_again`."""
