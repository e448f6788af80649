"""Two administrators save one provider in the same moment: no key comes back or goes elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.contrib.auth.models import User

from streaming.catalog.forms import ChangedMeanwhile, ProviderForm
from streaming.catalog.provider_store import give_key, key_of
from streaming.models import StoredProvider

pytestmark = pytest.mark.django_db

SAVED = {"name": "One", "format": "chat", "base_url": "https://one.example.com/v1"}


def form(**changed: str) -> ProviderForm:
    """As a request that looks the provider up now."""
    made = ProviderForm({**SAVED, **changed}, row=StoredProvider.objects.get())
    assert made.is_valid(), made.errors
    return made


@pytest.fixture(autouse=True)
def row() -> None:
    made = StoredProvider(slug="one", **SAVED)
    give_key(made, "sk-old")
    made.save()


def chief() -> User:
    return User.objects.get_or_create(username="chief")[0]


@pytest.mark.parametrize(
    ("first", "key"),
    [
        ({"forget_key": "on"}, ""),
        ({"key": "sk-new"}, "sk-new"),
        ({"key": "sk-new", "base_url": "https://two.example.com/v1"}, "sk-new"),
    ],
)
def test_r16_what_was_read_before_another_saved_is_not_written(
    first: Mapping[str, str], key: str
) -> None:
    slower = form(name="Two")
    form(**first).save(chief())
    with pytest.raises(ChangedMeanwhile):
        slower.save(chief())
    now = StoredProvider.objects.get()
    assert (now.name, key_of(now)) == ("One", key)
    form(name="Two", **first).save(chief())
    assert StoredProvider.objects.get().name == "Two"


def test_a_provider_that_was_deleted_meanwhile_does_not_come_back() -> None:
    slower = form(name="Two")
    StoredProvider.objects.get().delete()
    with pytest.raises(ChangedMeanwhile):
        slower.save(chief())
    assert not StoredProvider.objects.exists()


@pytest.mark.parametrize("asked", [{"forget_key": "on"}, {"key": "sk-new"}])
def test_r8_the_same_form_twice_at_once_is_saved(asked: Mapping[str, str]) -> None:
    first, second = form(**asked), form(**asked)
    first.save(chief())
    second.save(chief())
    assert key_of(StoredProvider.objects.get()) == asked.get("key", "")
