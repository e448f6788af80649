"""The form of a person's key. A key goes in here and never comes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from streaming.error_messages import provider_pages
from streaming.error_messages.retelling import retold
from streaming.providers.config import ConfigError, checked_key


class OwnKeyForm(forms.Form):
    """`stamp` is that of the address of which the page said that the key goes there."""

    provider = forms.CharField(max_length=64)
    stamp = forms.CharField(max_length=16)
    key = forms.CharField(
        max_length=4096, error_messages={**provider_pages.KEY, **provider_pages.OWN_KEY}
    )

    cleaned_data: dict[str, Any]

    def clean_key(self) -> str:
        try:
            return checked_key(self.cleaned_data["key"], "This key")
        except ConfigError as trouble:
            raise ValidationError(retold(str(trouble))) from None
