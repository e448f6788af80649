"""PostgreSQL's own tool for a copy, as this site would call it."""

from __future__ import annotations

import shlex
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper


def pg_dump(connection: BaseDatabaseWrapper, target: Path) -> str:
    """The command; the password is left to ~/.pgpass or PGPASSWORD."""
    about = connection.settings_dict
    words = ["pg_dump", "--format=custom", f"--file={target}"]
    for option, name in (("host", "HOST"), ("port", "PORT"), ("username", "USER")):
        if about.get(name):
            words.append(f"--{option}={about[name]}")
    return shlex.join([*words, str(about["NAME"])])
