"""The form that asks for a share."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from conversations.requests import MOST_NUMBER
from conversations.sharing.snapshot import FILES, PARTS


class ShareForm(forms.Form):
    """`up_to` is a message, or nothing for the whole branch; `days` nothing for no end."""

    key = forms.UUIDField()
    up_to = forms.IntegerField(required=False, min_value=1, max_value=MOST_NUMBER)
    days = forms.IntegerField(required=False)
    with_name = forms.BooleanField(required=False)
    reasoning = forms.BooleanField(required=False)
    tools = forms.BooleanField(required=False)
    with_files = forms.BooleanField(required=False)

    cleaned_data: dict[str, Any]

    def clean_days(self) -> int | None:
        days = self.cleaned_data["days"]
        if days not in (None, *settings.SHARE_DAYS):
            raise forms.ValidationError("")
        return None if days is None else int(days)

    def parts(self) -> list[str]:
        said = self.cleaned_data | {FILES: self.cleaned_data["with_files"]}
        return [name for name in PARTS if said[name]]

    def expires_at(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return timezone.now() + timedelta(days=days) if days else None
