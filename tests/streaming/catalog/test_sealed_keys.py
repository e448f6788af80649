"""What keeps the keys of providers at rest, and what opens them again."""

from __future__ import annotations

import base64
import stat
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from chatsite.accounts.second_factors.adapter import purpose_of
from chatsite.environment import read_pairs
from chatsite.secret import read_field_keys
from streaming.catalog import sealed_keys
from streaming.catalog.provider_store import give_key, key_of
from streaming.catalog.sealed_keys import (
    Unreadable,
    reseal,
    seal,
    unseal,
)
from streaming.models import StoredProvider
from streaming.providers.key_mask import masked
from streaming.tools.models import ToolServer
from streaming.tools.servers.address import headers_of, seal_headers
from tests.support.people.factors import with_app

KEY = "marker-key-7f3a9c51"
URL = "https://api.example.com/v1"
PURPOSE = f"provider 1 at {URL}"
OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))


def test_a_sealed_key_opens_for_its_purpose() -> None:
    assert unseal(seal(KEY, PURPOSE), PURPOSE) == KEY


def test_a_sealed_key_shows_nothing_of_itself() -> None:
    token = seal(KEY, PURPOSE)
    assert KEY not in token
    assert KEY.encode() not in base64.urlsafe_b64decode(token)
    assert seal(KEY, PURPOSE) != token


@pytest.mark.parametrize(
    "purpose", ["provider 2 at https://api.example.com/v1", "provider 1 at https://evil.example/v1"]
)
def test_a_sealed_key_that_was_moved_does_not_open(purpose: str) -> None:
    with pytest.raises(Unreadable):
        unseal(seal(KEY, PURPOSE), purpose)


@pytest.mark.parametrize("at", [0, 20, 60, -20])
def test_a_sealed_key_that_was_changed_does_not_open(at: int) -> None:
    token = bytearray(base64.urlsafe_b64decode(seal(KEY, PURPOSE)))
    token[at] ^= 1
    with pytest.raises(Unreadable):
        unseal(base64.urlsafe_b64encode(token).decode(), PURPOSE)


@pytest.mark.parametrize("token", ["", "gAAAAA", KEY, "\0", "ü", "a" * 5000])
def test_what_was_never_sealed_does_not_open(token: str) -> None:
    with pytest.raises(Unreadable):
        unseal(token, PURPOSE)
    with pytest.raises(Unreadable):
        reseal(token)


@pytest.mark.parametrize(
    "held", ["1", "{}", '"marker"', "[1, 2]", "[1, 2, 3]", f'["{PURPOSE}", 7]']
)
def test_a_token_that_holds_something_else_does_not_open(held: str, settings: Any) -> None:
    settings.FIELD_KEYS = (OLD,)
    with pytest.raises(Unreadable):
        unseal(Fernet(OLD).encrypt(held.encode()).decode(), PURPOSE)


def test_the_first_key_seals_and_every_key_opens(settings: Any) -> None:
    settings.FIELD_KEYS = (OLD,)
    by_old = seal(KEY, PURPOSE)
    settings.FIELD_KEYS = (NEW, OLD)
    by_new = seal(KEY, PURPOSE)
    assert unseal(by_old, PURPOSE) == KEY
    settings.FIELD_KEYS = (NEW,)
    assert unseal(by_new, PURPOSE) == KEY
    with pytest.raises(Unreadable):
        unseal(by_old, PURPOSE)


def test_a_key_that_is_sealed_anew_outlives_the_old_field_key(settings: Any) -> None:
    settings.FIELD_KEYS = (OLD,)
    token = seal(KEY, PURPOSE)
    settings.FIELD_KEYS = (NEW, OLD)
    token = reseal(token)
    settings.FIELD_KEYS = (NEW,)
    assert unseal(token, PURPOSE) == KEY


@pytest.mark.django_db
def test_all_keys_are_sealed_anew_by_one_command(settings: Any) -> None:
    settings.FIELD_KEYS = (OLD,)
    rows = [StoredProvider(slug=name, name=name, base_url=URL) for name in ("one", "two", "none")]
    for row in rows:
        give_key(row, KEY if row.slug != "none" else "")
        row.save(force_insert=True)
    server = ToolServer(slug="tools", name="tools", url=URL)
    seal_headers(server, {"Authorization": KEY})
    server.save(force_insert=True)
    settings.FIELD_KEYS = (NEW, OLD)
    assert told_by_reseal() == "Sealed 3 keys under the first key.\n"
    settings.FIELD_KEYS = (NEW,)
    assert headers_of(ToolServer.objects.get()) == {"Authorization": KEY}
    assert [key_of(row) for row in StoredProvider.objects.order_by("name")] == ["", KEY, KEY]
    settings.FIELD_KEYS = (OTHER,)
    with pytest.raises(CommandError, match="entered again: provider one, provider two"):
        told_by_reseal()


@pytest.mark.django_db
def test_the_same_command_seals_second_factors_anew(settings: Any) -> None:
    settings.FIELD_KEYS = (OLD,)
    ada = User.objects.create_user("ada")
    secret = with_app(ada)
    settings.FIELD_KEYS = (NEW, OLD)
    assert told_by_reseal() == "Sealed 1 key under the first key.\n"
    settings.FIELD_KEYS = (NEW,)
    sealed = Authenticator.objects.get(user=ada).data["secret"]
    assert unseal(sealed, purpose_of(ada)) == secret
    settings.FIELD_KEYS = (OTHER,)
    with pytest.raises(CommandError, match="entered again: second factor of ada"):
        told_by_reseal()


def told_by_reseal() -> str:
    out = StringIO()
    call_command("reseal_keys", stdout=out)
    return out.getvalue()


def test_the_secret_key_of_the_site_opens_nothing(settings: Any) -> None:
    token = seal(KEY, PURPOSE)
    settings.SECRET_KEY = "another"
    assert unseal(token, PURPOSE) == KEY


@pytest.mark.parametrize(
    ("secret", "shown"), [(KEY, "••••9c51"), ("elevenchars", "••••"), ("", "••••")]
)
def test_only_the_end_of_a_long_key_is_shown(secret: str, shown: str) -> None:
    assert masked(secret) == shown


def test_no_error_of_the_box_tells_the_key() -> None:
    with pytest.raises(Unreadable) as caught:
        unseal(seal(KEY, PURPOSE), "else")
    assert KEY not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_field_keys_come_from_the_environment() -> None:
    keys = read_field_keys({"FIELD_KEYS": f"{NEW}, {OLD}"}, Path("/nowhere"))
    assert keys == (NEW, OLD)


def test_a_site_without_field_keys_makes_one_and_keeps_it(tmp_path: Path) -> None:
    made = read_field_keys({}, tmp_path)
    assert read_field_keys({}, tmp_path) == made
    assert read_field_keys({"SECRET_KEY": "x" * 50}, tmp_path) == made
    assert stat.S_IMODE((tmp_path / "field_key").stat().st_mode) == 0o600
    sealed_keys._box_of(made)  # it fits


@pytest.mark.parametrize(
    "given",
    ["short", f"{NEW},{NEW[:-8]}", "é" * 44, " , "],
    ids=["short", "one of two too short", "not ASCII", "none"],
)
def test_a_bad_field_key_is_named_and_not_shown(given: str, tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS") as caught:
        read_field_keys({"FIELD_KEYS": given}, tmp_path)
    assert "make one with python3" in str(caught.value)
    assert all(key not in str(caught.value) for key in given.replace(",", " ").split())


def test_local_providers_are_pairs_of_host_and_port() -> None:
    given = {"LOCAL_PROVIDERS": "127.0.0.1:11434, [::1]:8080 GPU.lan:8000"}
    expected = {("127.0.0.1", 11434), ("::1", 8080), ("gpu.lan", 8000)}
    assert read_pairs(given, "LOCAL_PROVIDERS") == expected
    assert read_pairs({}, "LOCAL_PROVIDERS") == frozenset()


@pytest.mark.parametrize(
    "entry",
    ["127.0.0.1", "http://127.0.0.1:1", "a:b", "a:0", "a:70000", ":80", "u@a:80", "a:80/v1"],
)
def test_a_local_provider_that_is_no_pair_is_named(entry: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="LOCAL_PROVIDERS holds"):
        read_pairs({"LOCAL_PROVIDERS": entry}, "LOCAL_PROVIDERS")
