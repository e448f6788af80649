"""Who uses the data folder: any number of servers, or one command that exchanges what is in it.

The locks are the system's, so they end with the process that holds them, however it ends.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings

from streaming.cluster import leases

NAME = "serving.lock"


class InUse(Exception):
    """Somebody else works on the data folder; the sentence says who."""


def use(say: Callable[[str], object]) -> IO[str]:
    """Hold the folder, as all servers do, until the file that this returns is closed.

    Waits while a command has it alone.
    """
    lock = _open()
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"Waiting until manage.py restore is done with {settings.DATA_DIR}")
        fcntl.flock(lock, fcntl.LOCK_SH)
    return lock


@contextmanager
def alone() -> Iterator[None]:
    """No server has the folder, and none gets it meanwhile; raises InUse."""
    with _open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            who = f"The site, or another restore, is running on {settings.DATA_DIR}"
            raise InUse(who) from None
        if leases.held_on_this_machine():  # by a server that `manage.py serve` did not start
            raise InUse(f"A server is running on {settings.DATA_DIR}")
        yield


def _open() -> IO[str]:
    folder = Path(settings.DATA_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / NAME).open("a")
    give_to_owner(folder / NAME)
    return lock


def give_to_owner(file: Path) -> None:
    """What an administrator makes here belongs to whose folder it is: the site's user."""
    if os.geteuid() == 0:
        owner = file.parent.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
