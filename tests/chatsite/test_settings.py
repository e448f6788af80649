"""Settings: the environment is read with types, and a bad value is named in a sentence."""

from __future__ import annotations

import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite import services
from chatsite.environment import read_flag, read_integer, read_origin
from chatsite.secret import kept_secret
from tests import ROOT

Load = Callable[..., dict[str, Any]]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Load:
    """The settings as a process with exactly this environment reads them."""

    def load(**environ: str) -> dict[str, Any]:
        with monkeypatch.context() as patch:
            patch.setattr(os, "environ", {"DATA_DIR": str(tmp_path / "data")} | environ)
            found = runpy.run_path(str(ROOT / "chatsite" / "settings.py"))
        return {name: value for name, value in found.items() if name.isupper()}

    return load


# Without any configuration


def test_a_site_without_configuration_is_for_this_machine(load: Load, tmp_path: Path) -> None:
    found = load()
    assert (found["HOST"], found["PORT"]) == ("127.0.0.1", 8000)
    assert found["DEBUG"] is False
    assert found["ALLOWED_HOSTS"] == ["127.0.0.1", "localhost", "[::1]"]
    assert found["WEBSOCKET_ORIGINS"] == [
        "http://127.0.0.1:8000",
        "http://localhost:8000",
        "http://[::1]:8000",
    ]
    assert found["PROVIDERS"] == ()
    assert found["DATABASES"]["default"]["NAME"] == str(tmp_path / "data" / "chatsite.sqlite3")


def test_origins_on_the_usual_port_are_spelled_without_it(load: Load) -> None:
    assert load(PORT="80")["WEBSOCKET_ORIGINS"] == [
        "http://127.0.0.1",
        "http://localhost",
        "http://[::1]",
    ]


def test_sqlite_keeps_what_it_said_it_kept(load: Load) -> None:
    options = load()["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]
    assert "journal_mode=WAL" in options["init_command"]
    assert options["timeout"] == 5


def test_cookies_of_two_sites_on_one_machine_are_different(load: Load) -> None:
    one, other = load(), load(PORT="8001")
    for name in ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME"):
        assert one[name] != other[name]


# In production


PRODUCTION = {"PUBLIC_ORIGIN": "https://chat.example.org", "SECRET_KEY": "k" * 64}


def test_a_public_site_is_reached_by_its_name_alone(load: Load) -> None:
    found = load(**PRODUCTION)
    assert found["ALLOWED_HOSTS"] == ["chat.example.org"]
    assert found["WEBSOCKET_ORIGINS"] == ["https://chat.example.org"]
    assert found["CSRF_TRUSTED_ORIGINS"] == ["https://chat.example.org"]


def test_a_public_site_may_have_an_address_for_a_name(load: Load) -> None:
    found = load(PUBLIC_ORIGIN="https://[2001:db8::1]:8443", SECRET_KEY="k" * 64)
    assert found["ALLOWED_HOSTS"] == ["[2001:db8::1]"]


def test_a_bad_database_url_tells_no_password(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured) as trouble:
        load(DATABASE_URL="cassandra://me:marker-7f3@127.0.0.1/chat")
    assert "marker-7f3" not in str(trouble.value)


def test_a_public_site_is_https_only(load: Load) -> None:
    found = load(**PRODUCTION)
    assert found["SECURE_SSL_REDIRECT"] is True
    assert found["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert found["SESSION_COOKIE_SECURE"] is found["CSRF_COOKIE_SECURE"] is True
    assert found["SESSION_COOKIE_NAME"] == "__Host-sessionid"
    assert found["CSRF_COOKIE_NAME"] == "__Host-csrftoken"
    assert found["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("asked", "others", "preload"),
    [
        ("", False, False),
        ("host", False, False),
        ("subdomains", True, False),
        ("preload", True, True),
    ],
)
def test_hsts_is_about_this_host_alone_unless_more_is_asked_for(
    load: Load, asked: str, others: bool, preload: bool
) -> None:
    found = load(HSTS=asked, **PRODUCTION)
    assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is others
    assert found["SECURE_HSTS_PRELOAD"] is preload
    near = load(HSTS=asked)
    assert not near["SECURE_HSTS_INCLUDE_SUBDOMAINS"] and not near["SECURE_HSTS_PRELOAD"]


def test_sessions_last_14_days(load: Load) -> None:
    assert load()["SESSION_COOKIE_AGE"] == 14 * 24 * 3600


def test_production_settings_pass_djangos_own_check(tmp_path: Path) -> None:
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    outside = ("OPENAI_", "ANTHROPIC_", "CHAT_PROVIDERS", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    secret = "".join(chr(33 + number % 90) for number in range(64))
    environ = kept | PRODUCTION | {"DATA_DIR": str(tmp_path), "SECRET_KEY": secret}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


# Bad values


BAD = [
    {"PORT": "eighty"},
    {"PORT": "0"},
    {"PORT": "65536"},
    {"PORT": "-1"},
    {"PORT": "80.0"},
    {"ACCESS_LOG": "perhaps"},
    {"LOG_LEVEL": "loud"},
    {"TIME_ZONE": "Middle/Earth"},
    {"DATABASE_URL": "cassandra://127.0.0.1/chat"},
    {"DATABASE_URL": "nonsense"},
    {"DATABASE_URL": "postgres://user:pass@host:port/name"},
    {"DATABASE_URL": "postgres://user:pass@host:5432"},
    {"DATABASE_URL": "mysql://user:pass@host/name"},
    {"DATABASE_URL": "sqlite://"},
    {"DATABASE_CONNECTIONS": "7"},
    {"REDIS_URL": "127.0.0.1:6379"},
    {"REDIS_URL": "http://127.0.0.1:6379"},
    {"REDIS_URL": "redis://"},
    {"REDIS_URL": "redis://host:port"},
    {"REDIS_URL": "redis://host:0"},
    {"REDIS_URL": "redis://[::1"},
    {"REDIS_URL": "unix://"},
    {"HSTS": "forever"},
    {"PASSWORD_LINK_HOURS": "23"},
    {"SIGN_IN_LINK_MINUTES": "1441"},
    {"TRUSTED_PROXIES": "10.0.0.1/8"},
    {"PUBLIC_ORIGIN": "chat.example.org"},
    {"PUBLIC_ORIGIN": "ftp://chat.example.org"},
    {"PUBLIC_ORIGIN": "http://chat.example.org"},
    {"PUBLIC_ORIGIN": "https://chat.example.org/path"},
    {"PUBLIC_ORIGIN": "https://chat.example.org?x=1"},
    {"PUBLIC_ORIGIN": "https://user@chat.example.org"},
    {"PUBLIC_ORIGIN": "https://chat.example.org:port"},
    {"PUBLIC_ORIGIN": "https://chat.example.org:0"},
    {"PUBLIC_ORIGIN": "https://[::1"},
    {"PUBLIC_ORIGIN": "https://*"},
    {"PUBLIC_ORIGIN": "https://.example.org"},
    {"PUBLIC_ORIGIN": "https://exa mple.org"},
    {"PUBLIC_ORIGIN": "https://"},
    {"CHAT_PROVIDERS": "/no/such/providers.toml"},
    {"CHAT_PROVIDERS": "/"},
    {"OPENAI_BASE_URL": "not a url"},
]


@pytest.mark.parametrize("environ", BAD, ids=lambda environ: " ".join(*environ.items()))
def test_a_bad_value_is_named_in_one_sentence(load: Load, environ: dict[str, str]) -> None:
    with pytest.raises(ImproperlyConfigured) as trouble:
        load(**environ)
    sentence = str(trouble.value)
    assert sentence.startswith(tuple(environ))
    assert "\n" not in sentence
    assert sentence.endswith((".", ")"))
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"[[provider]\n", "is not valid TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"[[provider]]\nname = 'X'\n", "format"),
    ],
)
def test_a_malformed_providers_file_is_named(
    load: Load, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "providers.toml"
    path.write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as trouble:
        load(CHAT_PROVIDERS=str(path))
    assert str(path) in str(trouble.value)
    assert words in str(trouble.value)


def test_manage_says_what_is_wrong_in_one_line_and_fails(tmp_path: Path) -> None:
    environ = os.environ | {"DATA_DIR": str(tmp_path), "PORT": "eighty"}
    environ.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "manage.py", "check"]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("Chatsite cannot start: PORT is 'eighty'")


# Typed readers


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        *((word, True) for word in ("1", "true", "YES", "On")),
        *((word, False) for word in ("0", "false", "No", "OFF", "")),
    ],
)
def test_a_flag_is_on_or_off(value: str, meaning: bool) -> None:
    assert read_flag({"FLAG": value}, "FLAG", default=not meaning) is meaning


def test_what_is_not_set_is_its_default() -> None:
    assert read_flag({}, "FLAG", default=True) is True
    assert read_integer({}, "NUMBER", 7, 1, 9) == read_integer({"NUMBER": ""}, "NUMBER", 7, 1, 9)
    assert read_origin({}, "ORIGIN", "https://a.example") == "https://a.example"


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://chat.example.org", "https://chat.example.org"),
        ("https://chat.example.org/", "https://chat.example.org"),
        ("HTTPS://Chat.Example.ORG", "https://chat.example.org"),
        ("https://chat.example.org:8443", "https://chat.example.org:8443"),
        ("https://chat.example.org:443", "https://chat.example.org"),
        ("http://localhost:80", "http://localhost"),
        ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
        ("http://[::1]:9000", "http://[::1]:9000"),
        ("https://[2001:DB8::1]", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_spelled_as_browsers_send_it(value: str, origin: str) -> None:
    assert read_origin({"ORIGIN": value}, "ORIGIN", "") == origin


# PostgreSQL and Redis


POSTGRES = "postgres://me:secret@127.0.0.1:5433/chat"


def test_a_site_without_urls_is_one_process_on_a_file(load: Load) -> None:
    found = load()
    assert found["DATABASES"]["default"]["ENGINE"] == "streaming.sqlite"
    assert found["CHANNEL_LAYERS"] == {}


def test_r1_postgresql_commits_to_the_disk_through_a_pool_of_tried_connections(load: Load) -> None:
    found = load(DATABASE_URL=POSTGRES, DATABASE_CONNECTIONS="12")["DATABASES"]["default"]
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("127.0.0.1", 5433, "chat")
    assert "synchronous_commit=on" in found["OPTIONS"]["options"]
    assert found["OPTIONS"]["pool"]["max_size"] == 12
    assert found["CONN_HEALTH_CHECKS"] is True
    assert found["CONN_MAX_AGE"] == 0  # a pool allows nothing else


def test_what_a_database_url_asks_for_is_kept(load: Load) -> None:
    url = f"{POSTGRES}?sslmode=require&connect_timeout=9&options=-c%20work_mem%3D8MB"
    options = load(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("require", 9)
    assert options["options"].endswith("session_timeout=5000 -c work_mem=8MB")


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:6390/2", "rediss://:secret@host", "unix:///run/redis.sock"]
)
def test_redis_carries_rings_and_nothing_of_the_sockets(load: Load, url: str) -> None:
    layers = load(REDIS_URL=url)["CHANNEL_LAYERS"]
    assert list(layers) == ["bus"]
    assert layers["bus"]["CONFIG"]["hosts"][0]["address"] == url


def test_sites_that_share_a_redis_do_not_hear_each_other(load: Load) -> None:
    def prefix(secret: str) -> str:
        layers = load(REDIS_URL="redis://host", SECRET_KEY=secret)["CHANNEL_LAYERS"]
        return str(layers["bus"]["CONFIG"]["prefix"])

    assert prefix("one" * 30) == prefix("one" * 30) != prefix("other" * 30)
    assert "one" not in prefix("one" * 30)


def test_a_bad_redis_url_tells_no_password(load: Load) -> None:
    with pytest.raises(ImproperlyConfigured) as trouble:
        load(REDIS_URL="amqp://:marker-7f3@127.0.0.1")
    assert "marker-7f3" not in str(trouble.value)


@pytest.mark.parametrize(
    ("environ", "package"),
    [
        ({"DATABASE_URL": POSTGRES}, "psycopg"),
        ({"DATABASE_URL": POSTGRES}, "psycopg_pool"),
        ({"REDIS_URL": "redis://127.0.0.1"}, "channels_redis"),
    ],
)
def test_a_package_that_is_missing_is_named(
    load: Load, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], package: str
) -> None:
    without = {package: None}
    monkeypatch.setattr(services, "find_spec", lambda name: without.get(name, find_spec(name)))
    with pytest.raises(ImproperlyConfigured) as trouble:
        load(**environ)
    assert str(trouble.value).startswith(f"{next(iter(environ))} needs the package {package},")


def test_processes_behind_one_address_share_their_cookies(load: Load) -> None:
    one, other = (load(PORT=port, PUBLIC_ORIGIN="http://127.0.0.1:80") for port in ("8001", "8002"))
    assert one["SESSION_COOKIE_NAME"] == other["SESSION_COOKIE_NAME"] == "sessionid_80"
    assert "http://localhost" in one["WEBSOCKET_ORIGINS"]


# The kept secret


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    secret = kept_secret(folder)
    assert len(secret) >= 50
    assert kept_secret(folder) == secret
    assert stat.S_IMODE((folder / "secret_key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_processes_that_start_at_once_keep_one_secret(tmp_path: Path) -> None:
    for number in range(50):
        folder = tmp_path / str(number)
        with ThreadPoolExecutor(8) as pool:
            secrets = set(pool.map(kept_secret, [folder] * 8))
        assert len(secrets) == 1
        assert secrets != {""}


def test_a_start_that_was_cut_off_leaves_no_empty_secret_behind(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    assert len(kept_secret(tmp_path)) >= 50


@pytest.mark.parametrize("kind", ["a file", "in a file", "an unreadable secret"])
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "data"
    match kind:
        case "a file":
            folder.write_text("")
        case "in a file":
            (tmp_path / "file").write_text("")
            folder = tmp_path / "file" / "data"
        case "an unreadable secret":
            (folder / "secret_key").mkdir(parents=True)
    with pytest.raises(ImproperlyConfigured) as trouble:
        kept_secret(folder)
    assert str(folder) in str(trouble.value)
    assert "DATA_DIR" in str(trouble.value)
