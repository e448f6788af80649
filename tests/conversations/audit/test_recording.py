"""The log of acts: written with the act, and by nothing and nobody changed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from conversations.audit import keeping, triggers
from conversations.audit.acts import What
from conversations.audit.models import Act, Unchangeable
from conversations.audit.recording import NoTransaction, record


@pytest.fixture
def chief(db: None) -> User:
    return User.objects.create_superuser("chief")


@pytest.fixture
def guarded(db: None) -> Iterator[None]:
    """The database as the site has it: tests are without what refuses to empty the table."""
    triggers.create(connection)
    yield
    triggers.drop(connection)


def test_a_row_tells_who_when_what_on_whom_and_from_what_to_what(chief: User) -> None:
    other = User.objects.create_user("other")
    then = timezone.now()
    record(chief, What.ROLE, whom=other, before="member", after="read-only")
    (act,) = Act.objects.all()
    assert (act.who, act.who_number, act.whom, act.whom_number) == (
        *("chief", chief.pk),
        *("other", other.pk),
    )
    assert (act.what, act.before, act.after) == ("role", "member", "read-only")
    assert then <= act.at <= timezone.now()


def test_it_outlives_the_people_that_it_names(chief: User) -> None:
    other = User.objects.create_user("other")
    record(chief, What.ROLE, whom=other, before="member", after="read-only")
    other.delete()
    chief.delete()
    assert [(act.who, act.whom) for act in Act.objects.all()] == [("chief", "other")]


def test_what_is_too_long_is_cut(chief: User) -> None:
    record(chief, What.PROVIDER_CHANGED, thing="n" * 201, before="b" * 500, after="a" * 501)
    (act,) = Act.objects.all()
    assert (act.thing, act.before, act.after) == ("n" * 199 + "…", "b" * 500, "a" * 499 + "…")


def test_a_form_that_comes_again_leaves_one_row(chief: User) -> None:
    for key in (uuid.UUID(int=1), uuid.UUID(int=1), uuid.UUID(int=2)):
        record(chief, What.LINK_MADE, whom=chief, key=key)
    assert Act.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_it_goes_with_an_act_that_is_taken_back_and_is_refused_without_transaction() -> None:
    with pytest.raises(NoTransaction):
        record(None, What.RESTORED)

    def fail() -> None:
        raise DatabaseError

    with pytest.raises(DatabaseError), transaction.atomic():
        record(None, What.RESTORED)
        fail()
    assert not Act.objects.exists()


def test_no_ordinary_way_changes_or_deletes_a_row(chief: User) -> None:
    record(chief, What.RESTORED)
    act, acts = Act.objects.get(), Act.objects.all()
    act.who = "nobody"
    for way in (
        act.save,
        act.delete,
        acts.delete,
        lambda: acts.update(who="nobody"),
        lambda: acts.bulk_update([act], ["who"]),
        lambda: Act._base_manager.all().delete(),
        lambda: Act._base_manager.update(who="nobody"),
    ):
        with pytest.raises(Unchangeable):
            way()
    assert Act.objects.get().who == "chief"


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_act SET who = 'nobody'", "DELETE FROM audit_act"]
)
def test_the_database_refuses_too(chief: User, guarded: None, statement: str) -> None:
    record(chief, What.RESTORED)
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        connection.cursor().execute(statement)
    assert Act.objects.get().who == "chief"


def test_age_alone_deletes(chief: User, guarded: None, settings: Any, monkeypatch: Any) -> None:
    settings.AUDIT_DAYS = 3
    now = timezone.now()
    for days in (4, 2):
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda days=days: now - timedelta(days=days))
            record(chief, What.RESTORED, thing=f"{days} days ago")
    settings.AUDIT_DAYS = 1  # holds for what comes, not for what was promised
    assert keeping.forget_old() is False
    assert [act.thing for act in Act.objects.all()] == ["2 days ago"]


def test_the_old_go_a_bounded_piece_at_a_time(
    chief: User, guarded: None, settings: Any, monkeypatch: Any
) -> None:
    settings.AUDIT_DAYS = -1
    monkeypatch.setattr(keeping, "AT_ONCE", 2)
    for _ in range(3):
        record(chief, What.RESTORED)
    assert keeping.forget_old() is True
    assert Act.objects.count() == 1
    assert keeping.forget_old() is False
    assert not Act.objects.exists()
