"""The form that connects or disconnects: it asks once more who it is."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from django.contrib.auth.models import User


class ProofForm(forms.Form):
    """Asks for the password, of somebody who has one; a wrong one counts as a failed sign-in."""

    password = forms.CharField(strip=False, required=False)

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data)
        self.user = user

    def clean_password(self) -> str:
        typed = str(self.cleaned_data["password"])
        if self.user.has_usable_password() and not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed
