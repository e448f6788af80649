"""The form that deletes an account."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import User

from chatsite import sentences


class LeaveForm(forms.Form):
    """Asks for the password; of somebody who has none, for the name that the page shows."""

    password = forms.CharField(strip=False, required=False)
    name = forms.CharField(required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        typed = str(self.cleaned_data["password"])
        if self.user.has_usable_password() and not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed

    def clean_name(self) -> str:
        typed = str(self.cleaned_data["name"])
        if not self.user.has_usable_password() and typed != self.user.get_username():
            raise forms.ValidationError(sentences.NOT_YOUR_NAME)
        return typed
