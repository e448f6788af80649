"""The form of a server of tools. A token goes in here and never comes out."""

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
from streaming.providers.config import ConfigError, checked_url, slug_of
from streaming.providers.http.addresses import AddressPolicy, AddressRefused
from streaming.tools.models import Approval, ToolServer
from streaming.tools.servers.address import not_allowed, operators, seal_headers

RESERVED = frozenset({"add", "allowed", "callback", "demo"})
NAME = {
    "required": lazy_text("Give it a name, which readers see on what its tools say."),
    "max_length": lazy_text("A name has at most %(limit_value)d characters."),
}
ADDRESS = {"required": lazy_text("Enter its address, mostly with /mcp at the end.")}
TYPE_AGAIN = lazy_text(
    "The address is another one. Enter the token again: it goes only where it was entered for."
)
NOT_AN_ADDRESS = lazy_text("This is no address: enter one that begins with https:// or http://.")
NOT_A_HEADER = lazy_text("This cannot be sent as a header.")


class ServerForm(forms.Form):
    """Takes in a new server, or changes `row`; `made` makes one that is sent twice once."""

    name = forms.CharField(max_length=80, error_messages=NAME)
    url = forms.CharField(max_length=2048, error_messages=ADDRESS)
    header = forms.RegexField(
        r"^[A-Za-z0-9-]{1,64}$", required=False, error_messages={"invalid": NOT_A_HEADER}
    )
    token = forms.CharField(required=False, max_length=4096)
    forget_token = forms.BooleanField(required=False)
    made = forms.UUIDField(required=False)

    cleaned_data: dict[str, Any]

    def __init__(self, data: Any = None, *, row: ToolServer | None = None) -> None:
        self.is_new = row is None
        self.row = row or ToolServer()
        initial = {"name": self.row.name, "url": self.row.url, "made": self.row.pk}
        super().__init__(data, initial={**initial, "header": "Authorization"})

    def clean_url(self) -> str:
        try:
            url = checked_url(self.cleaned_data["url"], "This")
        except ConfigError:
            raise ValidationError(NOT_AN_ADDRESS) from None
        try:
            AddressPolicy(settings.LOCAL_TOOL_SERVERS).check_url(url)
        except AddressRefused as refused:
            raise ValidationError(not_allowed(refused)) from None
        return url

    def clean_token(self) -> str:
        token = str(self.cleaned_data["token"]).strip()
        if not token.isascii() or not (token.isprintable() or not token):
            raise ValidationError(NOT_A_HEADER)
        return token

    def clean(self) -> dict[str, Any]:
        asked = self.cleaned_data
        kept = self.row.sealed and not asked.get("token") and not asked.get("forget_token")
        if kept and asked.get("url", self.row.url) != self.row.url:
            self.add_error("token", TYPE_AGAIN)
        return asked

    @transaction.atomic
    def save(self, by: Person) -> ToolServer:
        asked, key_before = self.cleaned_data, self.row.sealed
        described = f"{self.row.name}, {self.row.url}"
        if self.is_new and asked["made"]:
            before = ToolServer.objects.filter(pk=asked["made"]).first()
            if before is not None:
                self.row = before
                return before
            self.row.pk = asked["made"]
        row = self.row
        if row.url != asked["url"]:
            Approval.objects.filter(tool__server=row).delete()  # they were for another server
            row.sealed_grant = ""
        row.name, row.url = asked["name"], asked["url"]
        if asked["token"] or asked["forget_token"]:
            seal_headers(row, _headers(asked["header"] or "Authorization", asked["token"]))
        if self.is_new:
            row.slug = free_slug(row.name)
            row.save(force_insert=True)
            record(by, What.SERVER_ADDED, thing=row.slug, after=f"{row.name}, {row.url}")
        else:
            row.save(update_fields=["name", "url", "sealed", "sealed_grant"])
            after = f"{row.name}, {row.url}" + ", another key" * (row.sealed != key_before)
            record_change(by, What.SERVER_CHANGED, described, after, thing=row.slug)
        return row


def free_slug(name: str) -> str:
    """A short name that no other server has, or could get from the operator's file."""
    taken = set(ToolServer.objects.values_list("slug", flat=True)) | set(operators()) | RESERVED
    first = slug_of(name)[:18].strip("-")
    names = (f"{first}-{number}" if number else first for number in range(2, 10_000))
    return first if first not in taken else next(each for each in names if each not in taken)


def _headers(name: str, token: str) -> dict[str, str]:
    if not token:
        return {}
    bare = name.lower() == "authorization" and " " not in token
    return {name: f"Bearer {token}" if bare else token}
