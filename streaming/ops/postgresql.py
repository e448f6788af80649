"""How the site stands with its PostgreSQL, and with a pooler that may stand in between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from streaming.ops.start_trouble import StartRefused, one_line

REFUSED_PARAMETER = "unsupported startup parameter"
OFF = "0"

TIMEOUTS = {
    "lock_timeout": "5s",
    "statement_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
}
"""What the site asks for when it connects, as a role can be given it for good."""

ON_THE_DISK = ("fsync", "full_page_writes")
REALLY_COMMITTED = ("on", "remote_apply")


@dataclass(frozen=True, slots=True)
class ServerSetting:
    """How one setting stands on a connection of the site; `fix` says what to do about it."""

    name: str
    value: str
    fix: str = ""


def refuse_unreachable(connection: BaseDatabaseWrapper) -> None:
    """Connect once without the pool, which would only say that it waited in vain."""
    if connection.vendor != "postgresql":
        return
    import psycopg  # a site on SQLite need not have it

    params: dict[str, Any] = connection.get_connection_params()
    params.pop("pool", None)
    try:
        psycopg.connect(**params).close()
    except psycopg.Error as trouble:
        said = one_line(trouble)
        if REFUSED_PARAMETER in said:
            raise StartRefused(_for_a_pooler(connection)) from trouble
        raise StartRefused(
            f"The database cannot be reached: {said}. Check DATABASE_URL and the server"
        ) from trouble


@contextmanager
def without_pool(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let whoever asks once hear at once where nobody answers."""
    options = connection.settings_dict["OPTIONS"]
    pool = options.pop("pool", None)
    connection.close()
    try:
        yield
    finally:
        connection.close()
        if pool is not None:
            options["pool"] = pool


def settings_that_matter(connection: BaseDatabaseWrapper) -> Iterator[ServerSetting]:
    """What the server says of each, whoever dropped what the site asked for."""
    alter = f"ALTER ROLE {_role(connection)} SET"
    value = _show(connection, "synchronous_commit")
    fix = f"A crash loses what was shown. {alter} synchronous_commit = on"
    yield ServerSetting("synchronous_commit", value, "" if value in REALLY_COMMITTED else fix)
    for name in ON_THE_DISK:
        value = _show(connection, name)
        fix = f"A power cut destroys the database. Set {name} = on in postgresql.conf"
        yield ServerSetting(name, value, "" if value == "on" else fix)
    for name, wanted in TIMEOUTS.items():
        value = _show(connection, name)
        fix = f"A pooler dropped what the site asks for. {alter} {name} = '{wanted}'"
        yield ServerSetting(name, value, fix if value == OFF else "")


def _show(connection: BaseDatabaseWrapper, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {name}")
        return str(cursor.fetchone()[0])


def _role(connection: BaseDatabaseWrapper) -> str:
    return connection.ops.quote_name(connection.settings_dict["USER"] or "CURRENT_USER")


def _for_a_pooler(connection: BaseDatabaseWrapper) -> str:
    role = _role(connection)
    given = " ".join(f"ALTER ROLE {role} SET {name} = '{to}';" for name, to in TIMEOUTS.items())
    return (
        "The pooler in DATABASE_URL refuses the settings with which the site connects. "
        "Write ignore_startup_parameters = options into pgbouncer.ini, and give them to the role "
        f"instead: {given} manage.py doctor tells whether they hold"
    )
