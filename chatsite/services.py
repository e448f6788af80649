"""The database, the channel layer between processes and the storage of files, read from their URLs.

A URL may hold a password, so no error message repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

ENGINES = {
    "django.db.backends.sqlite3": "streaming.sqlite",
    "django.db.backends.postgresql": "django.db.backends.postgresql",
}
REDIS_SCHEMES = ("redis", "rediss", "unix")
BUS_LAYER = "bus"
"""The channel layer's name; not `default`, which Channels would bring into every socket."""

# A commit is on the disk when it returns; on macOS that takes two more settings. What is deleted is
# overwritten. No option of a URL can weaken this.
SQLITE_PROMISES = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",
    "PRAGMA checkpoint_fullfsync=ON",
    "PRAGMA secure_delete=ON",
)
# Each thread keeps a connection, and each of those up to 2 MB of pages that are in memory anyway.
SQLITE_CACHE = "PRAGMA cache_size=-256"
PROMISED = re.compile(r"journal_mode|synchronous|fullfsync|secure_delete", re.IGNORECASE)
SQLITE_WAIT_SECONDS = 5
# A commit is on the disk when it returns. No wait is endless: for a row, a query, a dead network,
# or a process that is idle in a transaction. A migration may take longer.
POSTGRESQL_PROMISE = "-c synchronous_commit=on"
POSTGRESQL = (
    f"{POSTGRESQL_PROMISE} -c lock_timeout=5000 -c statement_timeout=10000 "
    "-c idle_in_transaction_session_timeout=5000"
)
LESS_THAN_PROMISED = re.compile(r"synchronous_commit\s*=\s*(?!(on|remote_apply)\b)", re.IGNORECASE)
NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
POOL_SECONDS = 5
REDIS_SECONDS = 2


def read_database(
    environ: Mapping[str, str], name: str, file: Path, connections: int
) -> dict[str, Any]:
    """The database: SQLite in this file, unless a URL says otherwise.

    On PostgreSQL a process holds at most that many connections, in a pool; each is checked before
    it is used again.
    """
    found: dict[str, Any] = {}
    with suppress(ValueError):
        found |= dict(dj_database_url.parse(environ.get(name) or f"sqlite:///{file}"))
    if found.get("ENGINE") not in ENGINES or found["NAME"] in ("", ":memory:"):
        raise ImproperlyConfigured(
            f"{name} cannot be read; write it like postgres://user:password@host:5432/name "
            "or sqlite:////folder/file."
        )
    options = found.get("OPTIONS", {})
    found["ENGINE"] = ENGINES[found["ENGINE"]]
    if found["ENGINE"] == "streaming.sqlite":
        return found | {"OPTIONS": _for_sqlite(options), "CONN_MAX_AGE": None}
    _need(name, "psycopg", "psycopg_pool")
    wanted = {
        "options": _startup_options(options.pop("options", "")),
        "pool": {
            "min_size": 1,
            "max_size": connections,
            "timeout": POOL_SECONDS,
            # The pauses between attempts grow, so the pool gives up early and starts anew.
            "reconnect_timeout": POOL_SECONDS,
        },
    }
    return found | {
        "OPTIONS": NETWORK | options | wanted,
        "CONN_HEALTH_CHECKS": True,
        # A pooler in transaction mode loses a cursor that outlives its transaction.
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def _for_sqlite(asked: dict[str, Any]) -> dict[str, Any]:
    """What the URL asks for, except for settings on which the promises rest."""
    commands = [each.strip() for each in str(asked.get("init_command", "")).split(";")]
    theirs = [each for each in commands if each and not PROMISED.search(each)]
    return (
        {"timeout": SQLITE_WAIT_SECONDS}
        | asked
        | {
            "transaction_mode": "IMMEDIATE",
            "init_command": "; ".join([SQLITE_CACHE, *theirs, *SQLITE_PROMISES]),
        }
    )


def _startup_options(asked: str) -> str:
    """Ours, the URL's, then the promise again if the URL weakens it: the last value counts."""
    again = POSTGRESQL_PROMISE if LESS_THAN_PROMISED.search(asked) else ""
    return " ".join(each for each in (POSTGRESQL, asked, again) if each)


def read_layers(environ: Mapping[str, str], name: str, secret: str) -> dict[str, Any]:
    """The channel layer that carries messages between processes; none without a Redis.

    Sites that share a Redis do not hear each other: their channels' names depend on the secret.
    """
    url = environ.get(name) or ""
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        place = parts.path if parts.scheme == "unix" else parts.hostname
        fits = parts.scheme in REDIS_SCHEMES and bool(place) and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise ImproperlyConfigured(
            f"{name} cannot be read; write it like redis://:password@host:6379/0, "
            "rediss://host:6379/0 or unix:///folder/redis.sock."
        )
    _need(name, "channels_redis")
    host = {
        "address": url,
        "socket_timeout": REDIS_SECONDS,
        "socket_connect_timeout": REDIS_SECONDS,
    }
    if parts.scheme == "unix":
        del host["socket_connect_timeout"]
    site = blake2b(secret.encode(), digest_size=8, person=b"chatsite").hexdigest()
    return {
        BUS_LAYER: {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [host], "prefix": f"chatsite-{site}"},
        }
    }


def read_storage(environ: Mapping[str, str], name: str, folder: Path) -> dict[str, Any]:
    """Where files lie: in this folder, unless a URL names a bucket that speaks S3.

    It is like `s3://bucket/folder?endpoint_url=https://host&region_name=somewhere`; what follows
    the question mark are options of the package django-storages. Keys are found by boto3, in its
    own variables.
    """
    if not (url := environ.get(name) or ""):
        options: dict[str, Any] = {"location": folder, "base_url": None}
        modes = {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
        return {
            "BACKEND": "conversations.files.storage.Folder",
            "OPTIONS": options | modes,
        }
    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.hostname or parts.username or parts.password:
        raise ImproperlyConfigured(
            f"{name} cannot be read; write it like s3://bucket/folder?endpoint_url=https://host."
        )
    _need(name, "storages", "boto3")
    private = {"default_acl": None, "querystring_auth": True, "file_overwrite": False}
    place = {"bucket_name": parts.netloc, "location": parts.path.strip("/")}
    asked = dict(parse_qsl(parts.query))
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": asked | private | place}


def _need(name: str, *modules: str) -> None:
    if missing := [module for module in modules if find_spec(module) is None]:
        raise ImproperlyConfigured(
            f"{name} needs the package {missing[0]}, which is not installed; "
            "install requirements.lock, or chatsite[services]."
        )
