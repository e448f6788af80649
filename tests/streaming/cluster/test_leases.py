"""A process's right to run answers: it lasts as long as the process, and no longer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from streaming.cluster import leases
from streaming.cluster.leases import Lease
from streaming.models import Worker
from tests import ROOT
from tests.support.isolation.database import database_url
from tests.support.rows import running

pytestmark = pytest.mark.django_db(transaction=True)

ANOTHER_PROCESS = """
import sys, django
django.setup()
from streaming.cluster import leases
print(leases.take().worker_id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lease() -> Iterator[Lease]:
    taken = leases.take()
    yield taken
    taken.release()


def lock_of(worker_id: int) -> Path:
    return Path(settings.DATA_DIR) / "workers" / f"{worker_id}.lock"


def dead() -> set[int]:
    return {worker.pk for worker in leases.dead_workers()}


def expire(worker_id: int) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Worker.objects.filter(pk=worker_id).update(lease_until=past)


def test_a_process_with_a_lease_is_alive(lease: Lease) -> None:
    worker = Worker.objects.get()
    assert worker.pk == lease.worker_id
    left = worker.lease_until - timezone.now()
    assert timedelta(seconds=settings.LEASE_SECONDS - 1) < left
    assert left < timedelta(seconds=settings.LEASE_SECONDS + 1)
    assert dead() == set()


def test_looking_at_a_lock_does_not_loosen_it(lease: Lease) -> None:
    assert [dead() for _ in range(3)] == [set()] * 3


def test_a_lease_that_ran_out_is_dead_wherever_it_was_held() -> None:
    elsewhere = Worker.objects.create(host="elsewhere", lease_until=timezone.now())
    expire(elsewhere.pk)
    assert dead() == {elsewhere.pk}


def test_a_lease_held_on_another_machine_is_alive_until_it_runs_out() -> None:
    soon = timezone.now() + timedelta(seconds=5)
    Worker.objects.create(host="elsewhere", lease_until=soon)
    assert dead() == set()


def test_renewing_pushes_the_lease_out(lease: Lease) -> None:
    expire(lease.worker_id)
    lease.renew()
    assert Worker.objects.get().lease_until > timezone.now()
    assert dead() == set()


def test_a_forgotten_worker_signs_on_again(lease: Lease) -> None:
    leases.forget(Worker.objects.get())
    assert not Worker.objects.exists()
    lease.renew()
    assert Worker.objects.get().pk == lease.worker_id
    assert dead() == set()


def test_releasing_leaves_nothing_behind() -> None:
    taken = leases.take()
    assert lock_of(taken.worker_id).exists()
    taken.release()
    assert not Worker.objects.exists()
    assert not lock_of(taken.worker_id).exists()


def test_a_worker_whose_run_still_runs_is_not_forgotten(owner: Any, lease: Lease) -> None:
    running(owner, lease.worker_id)
    leases.forget(Worker.objects.get())
    assert Worker.objects.filter(pk=lease.worker_id).exists()


def test_r7_a_killed_process_is_known_to_be_dead_at_once_whatever_its_lease_says() -> None:
    with another_process() as process:
        assert process.stdout is not None
        worker_id = int(process.stdout.readline())
        assert dead() == set()
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert Worker.objects.get(pk=worker_id).lease_until > timezone.now()
    assert dead() == {worker_id}
    leases.forget(Worker.objects.get(pk=worker_id))
    assert not lock_of(worker_id).exists()


def another_process() -> subprocess.Popen[str]:
    """A serving process on the same data, as far as leases go."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "chatsite.settings",
        "DATA_DIR": str(settings.DATA_DIR),
        "DATABASE_URL": database_url(),
    }
    return subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
