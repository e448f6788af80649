"""The form that asks for a token."""

from __future__ import annotations

from typing import Any

from django import forms

from chatsite import sentences
from chatsite.tokens.models import NAME_CHARACTERS, AccessToken


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=NAME_CHARACTERS, error_messages={"required": sentences.TOKEN_NAME_MISSING}
    )
    scope = forms.ChoiceField(choices=AccessToken.Scope.choices)
    key = forms.UUIDField()

    cleaned_data: dict[str, Any]
