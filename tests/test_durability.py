"""R20: what is committed is on the disk, whatever a URL asks for and whichever disk it is."""

from __future__ import annotations

import fcntl
import os
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from stat import S_ISDIR
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from chatsite import secret, services
from chatsite.secret import kept_secret
from streaming.ops import doctor_power, durable

POSTGRES = "postgres://me:secret@127.0.0.1:5433/chat"


def options_of(url: str, file: Path) -> Mapping[str, Any]:
    found = services.read_database({"DATABASE_URL": url}, "DATABASE_URL", file, 20)
    options: Mapping[str, Any] = found["OPTIONS"]
    return options


@pytest.mark.parametrize(
    "asked",
    [
        "PRAGMA synchronous=OFF",
        "pragma SYNCHRONOUS = normal; PRAGMA journal_mode = DELETE",
        "PRAGMA cache_size=-8000; PRAGMA fullfsync=0",
    ],
)
def test_r20_no_option_of_a_url_replaces_what_sqlite_promises(tmp_path: Path, asked: str) -> None:
    url = f"sqlite:///{tmp_path}/chat.sqlite3?init_command={quote(asked)}&transaction_mode=DEFERRED"
    options = options_of(url, tmp_path)
    assert options["transaction_mode"] == "IMMEDIATE"
    with closing(sqlite3.connect(tmp_path / "chat.sqlite3")) as database:
        database.executescript(options["init_command"])
        pragmas = ("journal_mode", "synchronous", "fullfsync", "checkpoint_fullfsync")
        values = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
        assert values == ["wal", 2, 1, 1]
        cache = database.execute("PRAGMA cache_size").fetchone()[0]
    assert (cache == -8000) == ("cache_size" in asked), "what is no promise is kept"


@pytest.mark.parametrize(
    ("asked", "value"),
    [("off", "on"), ("local", "on"), ("on", "on"), ("remote_apply", "remote_apply")],
)
def test_r20_a_url_may_ask_postgresql_for_more_than_is_promised_not_for_less(
    asked: str, value: str
) -> None:
    url = f"{POSTGRES}?options=-c%20synchronous_commit%3D{asked}"
    options = options_of(url, Path())["options"]
    assert re.findall(r"synchronous_commit=(\w+)", options)[-1] == value


@pytest.mark.sqlite
@pytest.mark.django_db
def test_r20_every_connection_of_the_site_sends_what_makes_macos_flush_its_disk() -> None:
    with connection.cursor() as cursor:
        for name in ("fullfsync", "checkpoint_fullfsync"):
            cursor.execute(f"PRAGMA {name}")
            assert cursor.fetchone() == (1,), name


def test_r20_a_key_is_on_the_disk_before_it_has_a_name_and_its_name_before_it_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done: list[str] = []

    def flushed(descriptor: int) -> None:
        held = "folder" if S_ISDIR(os.fstat(descriptor).st_mode) else os.pread(descriptor, 99, 0)
        done.append(f"flushed {held!r}")

    def linked(old: str, new: Path) -> None:
        done.append("named")
        Path(old).rename(new)

    monkeypatch.setattr(secret, "flush_descriptor", flushed)
    monkeypatch.setattr(durable, "flush_descriptor", flushed)
    monkeypatch.setattr(os, "link", linked)
    assert kept_secret(tmp_path, "key", lambda: "made") == "made"
    assert done == ["flushed b'made'", "named", "flushed 'folder'"]


def test_r20_macos_is_asked_to_write_the_disks_own_memory_down(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[int, int]] = []
    synced: list[int] = []
    monkeypatch.setattr(durable, "FULL_FSYNC", 51)
    monkeypatch.setattr(os, "fsync", synced.append)
    monkeypatch.setattr(fcntl, "fcntl", lambda *call: asked.append(call))
    durable.flush(tmp_path)
    assert ([command for _, command in asked], synced) == ([51], [])

    def is_not_known(*call: int) -> None:
        raise OSError

    monkeypatch.setattr(fcntl, "fcntl", is_not_known)
    durable.flush(tmp_path)
    assert len(synced) == 1


def wrong(findings: Any) -> str:
    return " ".join(f"{each.said}. {each.fix}" for each in findings if each.fix)


def test_the_doctor_finds_a_disk_that_keeps_nothing(tmp_path: Path) -> None:
    table, file = tmp_path / "mounts", tmp_path / "chatsite.sqlite3"
    for line, words in (
        (f"/dev/one {tmp_path} ext4 rw,relatime 0 0", ""),
        (f"memory {tmp_path} tmpfs rw 0 0", "lies in memory"),
        (f"/dev/one {tmp_path} xfs rw,nobarrier 0 0", "flushes are ignored"),
    ):
        table.write_text(f"/dev/root / ext4 rw 0 0\n{line}\n")
        found = wrong(doctor_power.disk(file, table))
        assert bool(found) == bool(words)
        assert words in found


@pytest.mark.sqlite
@pytest.mark.django_db
def test_the_doctor_finds_a_sqlite_that_does_not_wait_for_the_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "POWER" not in wrong(doctor_power.power()).upper()
    pragma: Callable[[str], int] = doctor_power._pragma
    monkeypatch.setattr(doctor_power, "_pragma", lambda name: pragma(name) - 1)
    assert "A power cut loses what was shown" in wrong(doctor_power.power())
