"""PostgreSQL's own tools for a copy and its way back, as this site would call them."""

from __future__ import annotations

import shlex
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from streaming.ops.backup import SIGN_INS


def pg_dump(connection: BaseDatabaseWrapper, target: Path) -> str:
    """The command; the password is left to ~/.pgpass or PGPASSWORD. Nobody is signed in there."""
    left_out = [f"--exclude-table-data={table}" for table in SIGN_INS]
    words = ["pg_dump", "--format=custom", f"--file={target}", *left_out, *_server(connection)]
    return shlex.join([*words, str(connection.settings_dict["NAME"])])


def pg_restore(connection: BaseDatabaseWrapper, source: Path) -> str:
    """The commands; they fill a new database, so the present one stays as it is."""
    server, new = _server(connection), f"{connection.settings_dict['NAME']}_restored"
    make = shlex.join(["createdb", *server, new])
    fill = ["pg_restore", "--no-owner", "--exit-on-error", *server, f"--dbname={new}", str(source)]
    return f"{make} && {shlex.join(fill)}"


def _server(connection: BaseDatabaseWrapper) -> list[str]:
    about = connection.settings_dict
    options = (("host", "HOST"), ("port", "PORT"), ("username", "USER"))
    return [f"--{option}={about[name]}" for option, name in options if about.get(name)]
