"""This process's right to run answers: a row with a lease, and a lock that dies with it.

Another process on the same data folder can tell at once whether the lock's holder lives, so
that after a crash nobody has to wait for the lease to run out.
"""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event

from django.conf import settings
from django.db import Error as StorageError
from django.db import transaction
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Now

from streaming.models import Worker


@dataclass(frozen=True, slots=True)
class Lease:
    """Held by this process from `take` to `release`.

    `refused` is set while the database does not take it, so who only asks need not write.
    """

    worker_id: int
    lock: int
    refused: Event = field(default_factory=Event, compare=False)

    def renew(self) -> None:
        """The heartbeat; a process that slept too long and was forgotten registers again."""
        try:
            self._renew()
        except StorageError:
            self.refused.set()
            raise
        self.refused.clear()

    def _renew(self) -> None:
        if not Worker.objects.filter(pk=self.worker_id).update(lease_until=_until()):
            _register(pk=self.worker_id)

    def release(self) -> None:
        try:
            Worker.objects.filter(pk=self.worker_id).delete()
            _lock_path(self.worker_id).unlink(missing_ok=True)
        finally:
            os.close(self.lock)


def take() -> Lease:
    """Register this process as a worker.

    The lock is taken before its file gets the name under which others look for it.
    """
    folder = _lock_path(0).parent
    folder.mkdir(parents=True, exist_ok=True)
    lock, unnamed = tempfile.mkstemp(dir=folder)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        worker = _register()
        Path(unnamed).rename(_lock_path(worker.pk))
    except BaseException:
        os.close(lock)
        Path(unnamed).unlink(missing_ok=True)
        raise
    return Lease(worker.pk, lock)


def _register(**values: int) -> Worker:
    return Worker.objects.create(host=socket.gethostname(), lease_until=_until(), **values)


def is_alone(worker_id: int) -> bool:
    """Whether no other process serves these conversations, or did until just now."""
    return not Worker.objects.exclude(pk=worker_id).exists()


def dead_workers() -> Iterator[Worker]:
    """Workers whose lease ran out, or whose lock on this machine nobody holds any more."""
    expired = set(Worker.objects.filter(lease_until__lt=Now()).values_list("pk", flat=True))
    for worker in Worker.objects.all():
        if worker.pk in expired or _abandoned(_lock_path(worker.pk)):
            yield worker


def held_on_this_machine() -> bool:
    """Whether a process on this data folder holds a lease, and lives."""
    return any(not _abandoned(path) for path in _lock_path(0).parent.glob("*.lock"))


def forget(worker: Worker) -> None:
    """Remove a dead worker once none of its runs is running; not if it has come back since."""
    with transaction.atomic():
        same = Worker.objects.select_for_update().filter(pk=worker.pk)
        found = same.filter(lease_until=worker.lease_until).first()
        if found is None or found.generations.running().exists():
            return
        found.delete()
    _lock_path(worker.pk).unlink(missing_ok=True)


def _abandoned(path: Path) -> bool:
    try:
        lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(lock)


def _lock_path(worker_id: int) -> Path:
    return Path(settings.DATA_DIR) / "workers" / f"{worker_id}.lock"


def _until() -> CombinedExpression:
    return Now() + timedelta(seconds=settings.LEASE_SECONDS)
