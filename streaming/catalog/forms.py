"""The form of a provider. A key goes in here and never comes out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from conversations.access import Person
from conversations.audit.acts import What
from conversations.audit.recording import record, record_change
from conversations.languages.texts import lazy_text
from streaming.catalog.provider_store import described, free_slug, give_key, key_of
from streaming.catalog.sealed_keys import Unreadable
from streaming.error_messages import provider_pages
from streaming.error_messages.retelling import retold
from streaming.models import StoredProvider
from streaming.providers.config import ConfigError, checked_key, checked_url
from streaming.providers.http.addresses import AddressPolicy, AddressRefused

FORMAT_NAMES = (
    ("chat", lazy_text("Chat Completions (OpenAI and whatever speaks like it)")),
    ("responses", "Responses (OpenAI)"),
    ("messages", "Messages (Anthropic)"),
    ("gateway", lazy_text("Gateway")),
    ("pawa", "Pawa"),
)
RESUME_NAMES = (
    ("", lazy_text("As is known to work best there")),
    ("replay", lazy_text("Fetch the rest of the same answer")),
    ("prefill", lazy_text("Send the text so far, for the model to continue")),
    ("prefill_echo", lazy_text("The same, where the text so far is repeated")),
    ("instruct", lazy_text("Ask the model to continue the text so far")),
)
FIELDS = ("name", "format", "base_url", "resume")


class ChangedMeanwhile(Exception):
    """Another request changed the address or the key, or deleted the provider."""


class ProviderForm(forms.Form):
    """Takes in a new provider, or changes `row`.

    `made` is given out with the page of a new one: added twice with it, there is one.
    """

    name = forms.CharField(
        max_length=80,
        error_messages=provider_pages.NAME,
    )
    format = forms.ChoiceField(choices=FORMAT_NAMES, error_messages=provider_pages.CHOOSE)
    base_url = forms.CharField(error_messages=provider_pages.ADDRESS)
    key = forms.CharField(
        required=False,
        max_length=4096,
        error_messages=provider_pages.KEY,
    )
    forget_key = forms.BooleanField(required=False)
    resume = forms.ChoiceField(
        choices=RESUME_NAMES, required=False, error_messages=provider_pages.CHOOSE
    )

    made = forms.UUIDField(required=False)

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, row: StoredProvider | None = None) -> None:
        self.is_new = row is None
        self.row = row or StoredProvider()
        initial = {field: getattr(self.row, field) for field in FIELDS}
        super().__init__(data, initial={**initial, "made": self.row.pk})

    def clean_base_url(self) -> str:
        try:
            url = checked_url(self.cleaned_data["base_url"], "This")
            AddressPolicy(settings.LOCAL_PROVIDERS).check_url(url)
        except (ConfigError, AddressRefused) as trouble:
            raise ValidationError(retold(str(trouble))) from None
        return url

    def clean_key(self) -> str:
        try:
            return checked_key(self.cleaned_data["key"], "This key")
        except ConfigError as trouble:
            raise ValidationError(retold(str(trouble))) from None

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        if self.row.sealed_key and not asked.get("key") and not asked.get("forget_key"):
            if asked.get("base_url", self.row.base_url) != self.row.base_url:
                self.add_error("key", provider_pages.ADDRESS_CHANGED)
            elif not self._is_key_readable():
                self.add_error("key", provider_pages.KEY_UNREADABLE)
        return asked

    def is_made(self) -> bool:
        """Whether the new provider is there already, as the form came before; then that is it."""
        made = self.cleaned_data["made"] if self.is_new else None
        before = StoredProvider.objects.filter(pk=made).first() if made else None
        self.row = before or self.row
        return before is not None

    @transaction.atomic
    def save(self, by: Person) -> StoredProvider:
        """Raises ChangedMeanwhile where the form was held against what does not stand any more."""
        if self.is_made():
            return self.row
        asked, row = self.cleaned_data, self.row
        if not self.is_new and not self._is_unchanged():
            raise ChangedMeanwhile
        before, key_before = described(row), row.sealed_key
        if self.is_new and asked["made"]:
            row.pk = asked["made"]
        for field in FIELDS:
            setattr(row, field, asked[field])
        if asked["key"] or asked["forget_key"]:
            give_key(row, asked["key"])
        if self.is_new:
            row.slug = free_slug(row.name)
            row.save(force_insert=True)
            record(by, What.PROVIDER_ADDED, thing=row.slug, after=described(row))
        else:
            row.save(update_fields=[*FIELDS, "sealed_key"])
            changed = described(row, another_key=row.sealed_key != key_before)
            record_change(by, What.PROVIDER_CHANGED, before, changed, thing=row.slug)
        return row

    def _is_unchanged(self) -> bool:
        """Address and key belong together: a key never goes to another address."""
        now = StoredProvider.objects.select_for_update().filter(pk=self.row.pk).first()
        own = (self.row.base_url, self.row.sealed_key)
        return now is not None and ((now.base_url, now.sealed_key) == own or self._stands(now))

    def _stands(self, now: StoredProvider) -> bool:
        """Whether that is what is asked for: the same form came before."""
        asked = self.cleaned_data
        if now.base_url != asked["base_url"] or not (asked["key"] or asked["forget_key"]):
            return False
        try:
            return bool(key_of(now) == asked["key"])
        except Unreadable:
            return False

    def _is_key_readable(self) -> bool:
        try:
            key_of(self.row)
        except Unreadable:
            return False
        return True
