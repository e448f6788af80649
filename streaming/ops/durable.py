"""Files that are still there after a power cut, and disks that are full."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path

FULL_FSYNC: int | None = getattr(fcntl, "F_FULLFSYNC", None)
"""On macOS `fsync` leaves data in the disk's own memory; this asks the disk to write it down."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def has_no_room(trouble: OSError) -> bool:
    return trouble.errno in NO_ROOM


def flush(path: Path) -> None:
    """Bring what a file holds, or which names a folder has, to the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        flush_descriptor(descriptor)
    finally:
        os.close(descriptor)


def flush_descriptor(descriptor: int) -> None:
    if FULL_FSYNC is None:
        os.fsync(descriptor)
        return
    try:
        fcntl.fcntl(descriptor, FULL_FSYNC)
    except OSError:  # not every file system of macOS knows it
        os.fsync(descriptor)
