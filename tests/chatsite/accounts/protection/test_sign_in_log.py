"""Every sign-in, sign-out and failure is a line of the log, without a word that was typed."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conversations.sign_in.links import enter_link
from tests.chatsite.accounts.signing_in import NAME, PASSWORD, ada, sign_in
from tests.support.people.factors import with_app

__all__ = ["ada"]

pytestmark = pytest.mark.django_db


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    return [
        (each.levelno, each.message) for each in caplog.records if each.name == "chatsite.sign_ins"
    ]


def test_a_password_a_link_and_a_sign_out_are_noted(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    client = Client()
    sign_in(client)
    client.post("/logout/")
    Client().get(enter_link())
    owner = User.objects.get(username="owner")
    assert lines(caplog) == [
        (logging.INFO, f"Person {ada.pk} signed in by password, from 127.0.0.1"),
        (logging.INFO, f"Person {ada.pk} signed out, from 127.0.0.1"),
        (logging.INFO, f"Person {owner.pk} signed in by a link, from 127.0.0.1"),
    ]


def test_a_failure_names_the_person_by_number_and_nobody_by_what_was_typed(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    sign_in(Client(), password="my other secret")
    sign_in(Client(), name="my only secret", password=PASSWORD)
    assert lines(caplog) == [
        (logging.WARNING, f"A sign-in failed for person {ada.pk}, from 127.0.0.1"),
        (logging.WARNING, "A sign-in failed for a name that nobody has, from 127.0.0.1"),
    ]
    assert not any(word in caplog.text for word in ("secret", PASSWORD, NAME + " "))


def test_a_second_factor_that_is_refused_is_noted_without_what_was_typed(
    ada: User, caplog: pytest.LogCaptureFixture
) -> None:
    with_app(ada)
    client = Client()
    sign_in(client)
    client.post("/login/second/", {"code": "271828"})
    Client().post("/login/", {"credential": '{"id": "314159"}'})
    refused = "A second factor was refused for"
    assert lines(caplog) == [
        (logging.WARNING, f"{refused} person {ada.pk}, from 127.0.0.1"),
        (logging.WARNING, f"{refused} nobody who is known, from 127.0.0.1"),
    ]
    assert "271828" not in caplog.text
    assert "314159" not in caplog.text


def test_it_is_noted_where_the_log_is_quiet() -> None:
    logger = logging.getLogger("chatsite.sign_ins")
    assert logger.isEnabledFor(logging.INFO)
    assert not logging.getLogger("chatsite.elsewhere").isEnabledFor(logging.INFO)
