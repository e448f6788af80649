"""Guesses of second factors are limited like those of passwords, and counted apart from them."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from chatsite.accounts import failures
from chatsite.accounts.second_factors import taking_away
from tests.chatsite.accounts.second_factors.test_codes import STEP, second
from tests.chatsite.accounts.signing_in import PASSWORD, ada, sign_in, signed_in
from tests.support.people.device import Device
from tests.support.people.factors import code_of, with_app

__all__ = ["ada"]

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many sign-ins failed. Try again in"


@pytest.fixture
def clock(monkeypatch: Any) -> list[float]:
    times = [1_000_000.0]
    monkeypatch.setattr(failures, "now", lambda: times[0])
    return times


def wrong(client: Client, times: int) -> list[int]:
    return [second(client, "000000").status_code for _ in range(times)]


def test_the_fifth_wrong_code_begins_a_wait_that_doubles(
    ada: User, client: Client, clock: list[float]
) -> None:
    secret = with_app(ada)
    sign_in(client)
    assert wrong(client, 5) == [400] * 5
    refused = second(client, code_of(secret))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert TOO_MANY in refused.content.decode()
    clock[0] += 61
    assert wrong(client, 1) == [400]
    assert second(client, code_of(secret))["Retry-After"] == "120"
    clock[0] += 121
    assert second(client, code_of(secret)).status_code == 302
    assert signed_in(client)


def test_the_right_password_in_between_forgets_no_wrong_code(
    ada: User, client: Client, clock: list[float]
) -> None:
    secret = with_app(ada)
    for _ in range(5):
        there = Client()
        sign_in(there)
        assert wrong(there, 1) == [400]
    there = Client()
    assert sign_in(there).url == STEP
    assert second(there, code_of(secret)).status_code == 429


def test_passkeys_and_recovery_codes_count_with_the_app(
    ada: User, client: Client, clock: list[float]
) -> None:
    with_app(ada)
    sign_in(client)
    said = Device().uses({"rpId": "localhost", "challenge": "YQ"})
    statuses = [client.post(STEP, {"credential": said}).status_code for _ in range(6)]
    assert statuses == [400] * 5 + [429]
    assert second(client, "12345678").status_code == 429


def test_of_one_address_twenty_are_looked_at(client: Client, clock: list[float]) -> None:
    """A stranger's passkeys name nobody: no account has to wait for them."""
    said = Device().uses({"rpId": "localhost", "challenge": "YQ"})
    statuses = [client.post("/login/", {"credential": said}).status_code for _ in range(21)]
    assert statuses == [200] * 20 + [429]
    User.objects.create_user("grace", password=PASSWORD)
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert sign_in(Client(), "grace", extra=elsewhere).status_code == 302


def test_who_has_them_taken_away_waits_no_more(
    ada: User, client: Client, clock: list[float]
) -> None:
    with_app(ada)
    sign_in(client)
    wrong(client, 6)
    taking_away.take_away(ada)
    secret = with_app(ada)
    assert second(client, code_of(secret)).status_code == 302
