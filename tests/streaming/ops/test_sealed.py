"""Another field key: all that is sealed goes over to it, while the site serves, once."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import models

from streaming.catalog import sealed_keys
from streaming.catalog.own_keys import keys
from streaming.catalog.own_keys.models import OwnKey
from streaming.catalog.provider_store import give_key, key_of
from streaming.models import StoredProvider
from streaming.ops.secrets import sealed
from streaming.tools.models import ToolServer
from streaming.tools.servers.address import headers_of, seal_headers
from streaming.tools.servers.grants import Grant, grant_of

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
URL, KEY = "https://api.example/v1", "sk-dear-and-secret"


@pytest.fixture
def kept(db: None, settings: Any) -> User:
    """One of each that is sealed, under the old key."""
    settings.FIELD_KEYS = (OLD,)
    person = User.objects.create_user("ada")
    row = StoredProvider(slug="naga", name="Naga", format="chat", base_url=URL)
    give_key(row, KEY)
    row.save(force_insert=True)
    server = ToolServer(slug="tools", name="Tools", url=URL)
    seal_headers(server, {"Authorization": KEY})
    server.save(force_insert=True)
    Grant(server.pk, URL, {"token": KEY}).keep()
    keys.give(person.pk, "naga", URL, KEY)
    keys.set_rule("naga", allowed=True, only=False)
    return person


def all_open(person: User) -> bool:
    server = ToolServer.objects.get()
    own = keys.key_for(person.pk, "naga")
    return (
        key_of(StoredProvider.objects.get()) == KEY
        and headers_of(server) == {"Authorization": KEY}
        and grant_of(server).held == {"token": KEY}
        and own is not None
        and own.secret == KEY
    )


def reseal() -> str:
    out = StringIO()
    call_command("reseal_keys", stdout=out)
    return out.getvalue()


def findings() -> list[str]:
    return [f"{each.said} {each.fix}" for each in sealed.sealed()]


def test_after_it_the_old_key_can_go(kept: User, settings: Any) -> None:
    settings.FIELD_KEYS = (NEW, OLD)
    assert all_open(kept)
    assert "4 still need an older one" in findings()[0]
    assert reseal() == "Sealed 4 keys under the first key.\n"
    settings.FIELD_KEYS = (NEW,)
    assert all_open(kept)
    assert findings() == ["1 opens all of the 4 sealed keys "]


def test_twice_it_changes_nothing(kept: User, settings: Any) -> None:
    settings.FIELD_KEYS = (NEW, OLD)
    reseal()
    before = list(ToolServer.objects.values()), list(OwnKey.objects.values())
    assert reseal() == "Sealed 0 keys under the first key. 4 were already.\n"
    assert (list(ToolServer.objects.values()), list(OwnKey.objects.values())) == before


def test_what_the_site_writes_meanwhile_stays(
    kept: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row is read again where it is written; one that went away is passed over."""
    settings.FIELD_KEYS = (NEW, OLD)
    first = sealed._reseal

    def meanwhile(place: sealed.Place, pk: Any, outcome: sealed.Outcome) -> None:
        if place.model == "own_keys.OwnKey":
            keys.give(kept.pk, "naga", URL, "another-key-by-now")
        if place.column == "sealed_grant":
            ToolServer.objects.all().delete()
        first(place, pk, outcome)

    monkeypatch.setattr(sealed, "_reseal", meanwhile)
    reseal()
    settings.FIELD_KEYS = (NEW,)
    own = keys.key_for(kept.pk, "naga")
    assert own is not None
    assert own.secret == "another-key-by-now"


def test_one_that_no_key_opens_is_named_and_left(kept: User, settings: Any) -> None:
    settings.FIELD_KEYS = (OTHER,)
    keys.give(kept.pk, "other", URL, KEY)
    names = "key of ada for naga, provider Naga, server of tools Tools."
    with pytest.raises(CommandError, match=names):
        reseal()
    [said] = findings()
    assert names[:-1] in said
    assert "key of ada for other" not in said
    settings.FIELD_KEYS = (OTHER, OLD)
    assert all_open(kept)


def test_it_says_how_far_it_is(kept: User, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealed, "TOLD_EVERY", 1)
    settings.FIELD_KEYS = (NEW, OLD)
    assert "own_keys.OwnKey: 1 of 1 rows" in reseal()


def test_every_column_for_what_is_sealed_is_known_here() -> None:
    """A new one whose name says so has to stand in the table, else its key is lost with the old."""
    columns = {
        (model._meta.label, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if column.name.startswith("sealed") and isinstance(column, models.TextField)
    }
    assert columns == {(place.model, place.column) for place in sealed.places() if not place.names}


@pytest.mark.parametrize("token", ["", "no token", "gAAAAA", "ü"])
def test_what_is_no_token_opens_with_nothing(token: str) -> None:
    assert not sealed_keys.opens(token)
