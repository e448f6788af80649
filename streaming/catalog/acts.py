"""What the log of acts is told of the pages of providers; call each in the act's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest

from conversations import access
from conversations.audit.acts import What
from conversations.audit.recording import on_or_off, record, record_change
from streaming.audience.rules import Chosen
from streaming.catalog.model_menu import ModelChoice
from streaming.catalog.own_keys.models import OwnKeyRule
from streaming.catalog.provider_store import described
from streaming.models import StoredProvider


def switched(request: HttpRequest, slug: str, was: bool, now: bool) -> None:
    _changed(request, slug, on_or_off(was), on_or_off(now))


def chose_models(
    request: HttpRequest, slug: str, before: Sequence[str], after: Sequence[str]
) -> None:
    _changed(request, slug, *(", ".join(models) or "all models" for models in (before, after)))


def chose_default(
    request: HttpRequest, before: ModelChoice | None, after: ModelChoice | None
) -> None:
    values = (choice.value if choice else "the last used" for choice in (before, after))
    record_change(access.person(request), What.DEFAULT_MODEL, *values)


def chose_audience(
    request: HttpRequest, slug: str, model: str, before: Chosen | None, after: Chosen | None
) -> None:
    thing = f"{slug}/{model}" if model else slug
    values = (str(chosen) if chosen else "everybody" for chosen in (before, after))
    record_change(access.person(request), What.AUDIENCE, *values, thing=thing)


def chose_own_keys(
    request: HttpRequest, slug: str, before: OwnKeyRule | None, after: OwnKeyRule | None
) -> None:
    values = (rule.said if rule else "not used" for rule in (before, after))
    record_change(access.person(request), What.OWN_KEYS, *values, thing=slug)


def deleted(request: HttpRequest, row: StoredProvider) -> None:
    chief = access.person(request)
    record(chief, What.PROVIDER_DELETED, thing=row.slug, before=described(row))


def _changed(request: HttpRequest, slug: str, before: str, after: str) -> None:
    record_change(access.person(request), What.PROVIDER_CHANGED, before, after, thing=slug)
