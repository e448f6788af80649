"""The write-ahead log: it holds pages as they were, so what was deleted is in it, too."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper


def truncate(connection: BaseDatabaseWrapper) -> bool:
    """Move all of the log into the file and empty it, without waiting for anybody.

    False if somebody reads or writes just now: then it is to be tried again.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (patience,) = cursor.fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (busy, *_) = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience)}")
    return not busy
