"""Wrong passwords lead to waits, for an account and for an address, in every process."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings as site
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from chatsite.accounts import failures
from chatsite.accounts.failures import Record, TooManyFailures
from tests.chatsite.accounts.signing_in import NAME, PASSWORD, ada, sign_in, signed_in

__all__ = ["ada"]

pytestmark = pytest.mark.django_db

ACCOUNT, ADDRESS = site.SIGN_IN_FAILURES_OF_ACCOUNT, site.SIGN_IN_FAILURES_OF_ADDRESS


class Clock:
    """The clock of the count of failures; only the test moves it."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(failures, "now", clock)
    return clock


def fail(times: int, name: str = NAME, **more: Any) -> list[int]:
    """The status of each attempt with a wrong password, each from a browser of its own."""
    return [sign_in(Client(), name, "a wrong one", **more).status_code for _ in range(times)]


def elsewhere(number: int) -> dict[str, Any]:
    """What makes a request come from another address."""
    return {"extra": {"REMOTE_ADDR": f"192.0.2.{number}"}}


def test_of_25_wrong_passwords_20_are_not_looked_at_and_the_right_one_waits(
    ada: User, clock: Clock
) -> None:
    assert fail(25) == [200] * ACCOUNT + [429] * 20
    client = Client()
    reply = sign_in(client)
    assert reply.status_code == 429
    assert "Too many sign-ins failed. Try again in 1 minute." in reply.content.decode()
    assert reply["Retry-After"] == "60"
    assert not signed_in(client)


def test_one_failure_fewer_holds_nobody_up(ada: User) -> None:
    fail(ACCOUNT - 1)
    assert sign_in(Client()).status_code == 302


def test_an_account_is_held_up_for_every_address_and_however_it_is_written(ada: User) -> None:
    for number, name in enumerate(["ada", "ADA", "Ada ", "aDa", "adA"]):
        fail(1, name, **elsewhere(number))
    for name in ("ada", " ADA"):
        assert sign_in(Client(), name, **elsewhere(99)).status_code == 429


def test_a_name_that_nobody_has_is_held_up_alike() -> None:
    assert fail(ACCOUNT + 1, "nobody") == [200] * ACCOUNT + [429]


def test_an_address_is_held_up_for_every_account(ada: User) -> None:
    assert [fail(1, f"name-{number}")[0] for number in range(25)] == [200] * ADDRESS + [429] * 5
    assert sign_in(Client()).status_code == 429
    assert sign_in(Client(), **elsewhere(1)).status_code == 302


def test_the_same_browser_or_a_new_one_makes_no_difference(ada: User) -> None:
    client = Client()
    for _ in range(ACCOUNT):
        sign_in(client, password="a wrong one")
    assert sign_in(client).status_code == sign_in(Client()).status_code == 429


def test_the_wait_doubles_with_each_failure_after_it_up_to_the_longest(
    ada: User, clock: Clock
) -> None:
    fail(ACCOUNT)
    waits = []
    for _ in range(9):
        reply = sign_in(Client())
        waits.append(int(reply["Retry-After"]))
        clock.now += waits[-1] - 1
        assert fail(1) == [429]
        clock.now += 1
        assert fail(1) == [200]
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]


def test_after_the_wait_the_right_password_gets_in_and_all_is_forgotten(
    ada: User, clock: Clock
) -> None:
    fail(ACCOUNT)
    clock.now += site.SIGN_IN_FIRST_WAIT_SECONDS
    assert sign_in(Client()).status_code == 302
    assert fail(ACCOUNT - 1) == [200] * (ACCOUNT - 1)
    assert sign_in(Client()).status_code == 302


def test_failures_are_forgotten_after_a_quarter_of_an_hour(ada: User, clock: Clock) -> None:
    fail(ACCOUNT - 1)
    clock.now += site.SIGN_IN_FAILURES_SECONDS
    fail(ACCOUNT - 1)
    assert sign_in(Client()).status_code == 302


def test_waits_are_forgotten_as_long_after_the_last_of_them(ada: User, clock: Clock) -> None:
    fail(ACCOUNT)
    clock.now += site.SIGN_IN_FIRST_WAIT_SECONDS + site.SIGN_IN_FAILURES_SECONDS
    assert fail(ACCOUNT) == [200] * ACCOUNT
    assert sign_in(Client())["Retry-After"] == str(site.SIGN_IN_FIRST_WAIT_SECONDS)


def test_failures_a_moment_before_that_still_count(ada: User, clock: Clock) -> None:
    fail(ACCOUNT - 1)
    clock.now += site.SIGN_IN_FAILURES_SECONDS - 1
    fail(1)
    assert sign_in(Client()).status_code == 429


def test_an_account_of_ones_own_does_not_help_to_guess_at_others(ada: User) -> None:
    User.objects.create_user("eve", password=PASSWORD)
    statuses = []
    for number in range(ADDRESS + 4):
        statuses += fail(1, f"name-{number}")
        sign_in(Client(), "eve")
    assert statuses == [200] * ADDRESS + [429] * 4


def test_nor_does_it_make_the_waits_of_an_address_shorter(ada: User, clock: Clock) -> None:
    User.objects.create_user("eve", password=PASSWORD)
    for number in range(ADDRESS):
        fail(1, f"name-{number}")
    waits = []
    for number in range(3):
        waits.append(int(sign_in(Client(), "eve")["Retry-After"]))
        clock.now += waits[-1]
        assert sign_in(Client(), "eve").status_code == 302
        fail(1, f"other-{number}")
    assert waits == [60, 120, 240]


def test_many_who_sign_in_from_one_address_are_not_failures(ada: User) -> None:
    assert [sign_in(Client()).status_code for _ in range(ADDRESS + 5)] == [302] * (ADDRESS + 5)


def test_the_old_password_of_a_change_counts_like_one_of_a_sign_in(ada: User) -> None:
    client = Client()
    sign_in(client)
    said = {"oldpassword": "a wrong one", "password1": "x" * 13, "password2": "x" * 13}
    statuses = [client.post("/password/change/", said).status_code for _ in range(ACCOUNT + 1)]
    assert statuses == [200] * ACCOUNT + [429]
    assert sign_in(Client()).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_of_many_attempts_at_once_no_more_are_looked_at_than_one_after_the_other() -> None:
    def attempt(_: int) -> bool:
        try:
            failures.begin(NAME, "192.0.2.1")
        except TooManyFailures:
            return False
        else:
            return True
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == ACCOUNT


@pytest.mark.parametrize("seconds", [1, 59, 60, 61, 120, 3600])
def test_the_wait_is_said_in_words(ada: User, clock: Clock, settings: Any, seconds: int) -> None:
    settings.SIGN_IN_FIRST_WAIT_SECONDS = seconds
    fail(ACCOUNT)
    said = sign_in(Client()).content.decode()
    words = {1: "1 second", 59: "59 seconds", 60: "1 minute", 61: "2 minutes", 120: "2 minutes"}
    assert f"Try again in {words.get(seconds, '60 minutes')}." in said


def test_a_record_never_holds_more_failures_than_count() -> None:
    record = Record()
    for second in range(100):
        record = record.with_failure(float(second), ADDRESS)
    assert len(record.failures) == ADDRESS
