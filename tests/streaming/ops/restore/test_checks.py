"""`manage.py restore`: what it refuses, with what to do, and that nothing was touched then."""

from __future__ import annotations

import fcntl
import gzip
import json
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from streaming.catalog import provider_store, sealed_keys
from streaming.models import StoredProvider
from streaming.ops.restore import data_folder
from streaming.ops.restore.copy_checks import RestoreRefused
from streaming.ops.restore.restore import look_at, restore
from tests.streaming.ops.restore.databases import changing, database, insert, read, title_of

OTHER_KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
Refused = Callable[[Path], str]


@pytest.fixture
def present(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return database(tmp_path / "data" / "chatsite.sqlite3", "today")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return database(tmp_path / "copy.sqlite3", "yesterday")


@pytest.fixture
def refused(present: Path) -> Refused:
    """Why a file is refused, in the words of the exception; the data folder is as it was."""

    def say(file: Path) -> str:
        before = present.read_bytes()
        with pytest.raises(RestoreRefused) as looked:
            look_at(file, present)
        with pytest.raises(RestoreRefused) as refusal:
            restore(file, present)
        assert str(looked.value) == str(refusal.value)
        assert present.read_bytes() == before
        assert {each.name for each in present.parent.iterdir()} <= {present.name, data_folder.NAME}
        return str(refusal.value)

    return say


def test_what_is_no_database_of_this_site_is_refused_by_name(
    tmp_path: Path, copy: Path, refused: Refused
) -> None:
    assert "There is no file" in refused(tmp_path / "missing.sqlite3")
    assert "There is no file" in refused(tmp_path)
    other = tmp_path / "other"
    other.write_bytes(b"")
    assert "no SQLite database" in refused(other)
    other.write_bytes(b"PGDMP\x01\x0e")
    assert "pg_restore" in refused(other)
    other.write_bytes(gzip.compress(copy.read_bytes()))
    assert "Unpack it" in refused(other)
    other.unlink()
    with closing(sqlite3.connect(other)) as rows:
        rows.execute("CREATE TABLE django_migrations (app, name)")
    assert "not one of this site: it has no table auth_user" in refused(other)


def test_a_damaged_copy_is_refused(copy: Path, refused: Refused) -> None:
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2])
    assert "damaged" in refused(copy)
    copy.write_bytes(whole[:8192] + b"\x00" * 40_000 + whole[48_192:])
    assert "damaged" in refused(copy)
    copy.write_bytes(whole)
    with changing(copy) as rows:
        rows.execute("UPDATE conversations_conversation SET owner_id = 77")
    assert "refers to one of auth_user that is not there" in refused(copy)


def test_a_newer_copy_is_refused_and_an_older_one_is_named(
    copy: Path, present: Path, refused: Refused
) -> None:
    assert look_at(copy, present).missing == 0
    with changing(copy) as rows:
        rows.execute("DELETE FROM django_migrations WHERE app = 'streaming' AND name > '0005'")
    assert look_at(copy, present).missing > 0
    with changing(copy) as rows:
        rows.execute(
            "INSERT INTO django_migrations (app, name, applied) "
            "VALUES ('streaming', '9999_from_tomorrow', '2030-01-01')"
        )
    assert "streaming.9999_from_tomorrow" in refused(copy)


def test_keys_that_the_field_key_does_not_open_are_refused_unless_told_otherwise(
    copy: Path, present: Path, refused: Refused, settings: Any
) -> None:
    row = StoredProvider(pk=uuid4(), name="Naga", slug="naga", base_url="https://naga.example/v1")
    provider_store.give_key(row, "sk-dear")
    with changing(copy) as rows:
        values = {"id": row.pk.hex, "name": row.name, "slug": row.slug, "base_url": row.base_url}
        insert(rows, "streaming_storedprovider", sealed_key=row.sealed_key, **values)
    assert look_at(copy, present).unreadable == ()
    settings.FIELD_KEYS = (OTHER_KEY,)
    said = refused(copy)
    assert "Naga" in said
    assert "field_key" in said
    assert "--without-provider-keys" in said
    done = restore(copy, present, without_keys=True)
    assert done.facts.unreadable == ("Naga",)
    assert read(present, "SELECT sealed_key FROM streaming_storedprovider") == [(row.sealed_key,)]


def test_keys_of_people_and_of_servers_of_tools_are_looked_at_too(
    copy: Path, present: Path, refused: Refused, settings: Any
) -> None:
    tokens = [sealed_keys.seal("dear", purpose) for purpose in ("header", "grant", "own", "factor")]
    with changing(copy) as rows:
        header, grant, own, factor = tokens
        server = {"id": uuid4().hex, "slug": "weather", "name": "Weather"}
        insert(rows, "tools_toolserver", sealed=header, sealed_grant=grant, **server)
        insert(rows, "auth_user", id=77, username="grace")
        insert(rows, "own_keys_ownkey", owner_id=77, provider="naga", sealed_key=own)
        rows.execute("CREATE TABLE IF NOT EXISTS mfa_authenticator (user_id integer, data text)")
        rows.execute("DELETE FROM mfa_authenticator")
        data = json.dumps({"secret": factor})
        insert(rows, "mfa_authenticator", user_id=77, data=data)
    assert look_at(copy, present).unreadable == ()
    settings.FIELD_KEYS = (OTHER_KEY,)
    assert "key of grace for naga, second factor of grace, server of tools Weather" in refused(copy)


def test_a_site_that_runs_is_not_touched(copy: Path, present: Path) -> None:
    before = present.read_bytes()
    with data_folder.use(print), pytest.raises(RestoreRefused, match="Stop it"):
        restore(copy, present)
    with closing(sqlite3.connect(present)) as elsewhere:
        elsewhere.execute("PRAGMA journal_mode=WAL")
        elsewhere.execute("SELECT * FROM auth_user")
        with pytest.raises(RestoreRefused, match="Another process has"):
            restore(copy, present)
        assert look_at(copy, present).people == 1
    assert title_of(present) == "today"
    assert len(present.read_bytes()) == len(before)


def test_a_server_waits_until_a_restore_is_done(present: Path) -> None:
    said: list[str] = []

    def wait(line: str) -> None:
        said.append(line)
        held.close()

    held = data_folder._open()
    fcntl.flock(held, fcntl.LOCK_EX)
    data_folder.use(wait).close()
    assert "manage.py restore" in said[0]


def test_without_room_it_is_refused_with_both_numbers(
    copy: Path, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10, 10, 0))
    assert "MiB are needed" in refused(copy)


def test_the_present_database_is_no_copy_of_itself(present: Path) -> None:
    with pytest.raises(RestoreRefused, match="present database itself"):
        restore(present, present)


def test_the_command_says_what_it_did_and_what_a_check_found(
    copy: Path, present: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", str(present))
    said = StringIO()
    call_command("restore", str(copy), "--check", stdout=said)
    assert f"{copy} can be restored: 1 conversations, 1 people." in said.getvalue()
    assert title_of(present) == "today"
    call_command("restore", str(copy), stdout=said)
    [kept] = (present.parent / "backups").iterdir()
    assert str(kept) in said.getvalue()
    assert "Start the site" in said.getvalue()
    assert (title_of(present), title_of(kept)) == ("yesterday", "today")
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", __file__)


def test_on_postgresql_the_commands_are_told_and_files_can_be_looked_at(
    copy: Path, present: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    monkeypatch.setitem(connection.settings_dict, "NAME", "chat")
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example")
    with pytest.raises(CommandError) as told:
        call_command("restore", "/tmp/x.dump")
    assert "createdb --host=db.example chat_restored && pg_restore --no-owner" in str(told.value)
    assert "--dbname=chat_restored /tmp/x.dump" in str(told.value)
    said = StringIO()
    call_command("restore", str(copy), "--check", stdout=said)
    assert "can be restored" in said.getvalue()
