"""The line in which the threads of a process wait to write into SQLite."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from django.contrib.auth.models import Group
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    OperationalError,
    connection,
    connections,
    transaction,
)

from streaming.sqlite.base import READS, DatabaseWrapper, let_go_first, lines
from streaming.sqlite.line import Line

PATIENCE_SECONDS = 5.0


# The line itself


@contextmanager
def others(line: Line, *, patience: float = PATIENCE_SECONDS) -> Iterator[Callable[..., None]]:
    """Call it to let one more join the line, and to note its name once it is in and out again."""
    threads: list[threading.Thread] = []

    def join(name: str, came: list[str], *, first: bool = False) -> None:
        def visit() -> None:
            if line.enter(patience, first=first):
                came.append(name)
                line.leave()

        before = waiting(line)
        threads.append(threading.Thread(target=visit))
        threads[-1].start()
        until(lambda: waiting(line) > before)

    yield join
    for thread in threads:
        thread.join()


def waiting(line: Line) -> int:
    return len(line._waiting)


def until(is_so: Callable[[], bool]) -> None:
    patient_until = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < patient_until
        time.sleep(0.001)


def test_who_comes_first_is_served_first_but_for_who_goes_first() -> None:
    line, came = Line(), list[str]()
    assert line.enter(PATIENCE_SECONDS)
    with others(line) as join:
        for name in ("one", "two", "three"):
            join(name, came)
        join("journal", came, first=True)
        line.leave()
    assert came == ["journal", "one", "two", "three"]
    assert line.enter(0)


def test_who_waits_in_vain_gives_up_and_leaves_the_line() -> None:
    line = Line()
    assert line.enter(0)
    assert not line.enter(0.05)
    assert waiting(line) == 0
    line.leave()
    assert line.enter(0)


def test_a_line_that_moves_is_worth_waiting_in() -> None:
    """Three who stay for most of one's patience each: the last waits for longer than that."""
    line, patience = Line(), 0.5
    assert line.enter(0)
    with ThreadPoolExecutor(4) as pool:

        def stay() -> bool:
            entered = line.enter(patience)
            if entered:
                time.sleep(0.3)
                line.leave()
            return entered

        visits = [pool.submit(stay) for _ in range(4)]
        until(lambda: waiting(line) == 4)
        began = time.monotonic()
        line.leave()
        assert all(visit.result() for visit in visits)
    assert time.monotonic() - began > 2 * patience


def test_a_line_that_stands_is_not() -> None:
    line = Line()
    assert line.enter(0)
    with ThreadPoolExecutor(3) as pool:
        visits = [pool.submit(line.enter, 0.2) for _ in range(3)]
        until(lambda: waiting(line) == 3)
        line.leave(used=False)  # one tries its luck, and comes to no end
        assert sorted(visit.result() for visit in visits) == [False, False, True]


# The backend


@pytest.fixture
def pool(transactional_db: None) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def write(pool: ThreadPoolExecutor, name: str, *, first: bool = False) -> Future[str]:
    """Another thread's one statement; returns once that waits in line."""

    def work() -> str:
        if first:
            let_go_first(our_connection())
        try:
            with transaction.atomic():
                Group.objects.create(name=name)
                return ", ".join(Group.objects.order_by("pk").values_list("name", flat=True))
        finally:
            our_connection().goes_first = False
            connection.close()

    line = our_line()
    before = waiting(line)
    writing = pool.submit(work)
    until(lambda: waiting(line) > before)
    return writing


def our_connection() -> DatabaseWrapper:
    ours = connections[DEFAULT_DB_ALIAS]
    assert isinstance(ours, DatabaseWrapper)
    return ours


def our_line() -> Line:
    return lines[str(connection.settings_dict["NAME"])]


@pytest.mark.sqlite
def test_transactions_come_in_the_order_in_which_they_were_begun(pool: ThreadPoolExecutor) -> None:
    with transaction.atomic():
        Group.objects.create(name="mine")
        one, two = write(pool, "one"), write(pool, "two")
        journal = write(pool, "journal", first=True)
    assert journal.result() == "mine, journal"
    assert one.result() == "mine, journal, one"
    assert two.result() == "mine, journal, one, two"


def fall_over() -> None:
    raise OperationalError


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "trouble",
    [fall_over, connection.close, lambda: Group.objects.raw("SELECT 1 FROM nowhere")[0]],
    ids=["an exception", "a lost connection", "a bad statement"],
)
def test_whatever_goes_wrong_the_next_one_comes_in(
    pool: ThreadPoolExecutor, trouble: Callable[[], None]
) -> None:
    with suppress(DatabaseError), transaction.atomic():
        Group.objects.create(name="mine")
        other = write(pool, "other")
        trouble()
    connection.close()
    assert other.result() == "other"


@pytest.mark.sqlite
def test_a_statement_that_fails_outside_a_transaction_keeps_nobody_waiting(
    pool: ThreadPoolExecutor,
) -> None:
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("INSERT INTO nowhere VALUES (1)")
    with transaction.atomic():
        other = write(pool, "other")
    assert other.result() == "other"


@pytest.mark.sqlite
def test_a_single_statement_waits_in_line_and_a_reader_does_not(pool: ThreadPoolExecutor) -> None:
    def create() -> None:
        Group.objects.create(name="alone")
        connection.close()

    def read() -> int:
        try:
            return Group.objects.count()
        finally:
            connection.close()

    with transaction.atomic():
        Group.objects.create(name="mine")
        alone = pool.submit(create)
        until(lambda: waiting(our_line()) == 1)
        assert pool.submit(read).result() == 0
        assert not alone.done()
    alone.result()
    assert pool.submit(read).result() == 2


@pytest.mark.parametrize(
    ("statement", "reads"),
    [
        ("SELECT 1", True),
        ("  select 1", True),
        ("PRAGMA wal_checkpoint", True),
        ("EXPLAIN QUERY PLAN SELECT 1", True),
        ("VALUES (1)", True),
        ("\nWITH RECURSIVE up(id) AS (SELECT 1)\nSELECT id FROM up", True),
        ("WITH up(id) AS (SELECT 1) SELECT id AS updated FROM up", True),
        ("WITH up(id) AS (SELECT 1)\nUPDATE words SET id = 1", False),
        ("WITH up(id) AS (SELECT 1)\ndelete FROM words", False),
        ("WITH up(id) AS (SELECT 1) INSERT INTO words SELECT id FROM up", False),
        ("WITH up(id) AS (SELECT 1) REPLACE INTO words SELECT id FROM up", False),
        ("INSERT INTO words SELECT 1", False),
        ("BEGIN IMMEDIATE", False),
        ("CREATE TABLE words (id)", False),
    ],
)
def test_a_statement_is_known_to_read_by_its_words(statement: str, reads: bool) -> None:
    assert bool(READS.match(statement)) is reads
