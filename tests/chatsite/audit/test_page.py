"""The page of the log: newest first, of one person if wanted, a bounded piece at a time."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.audit import listing
from conversations.audit.acts import What
from conversations.audit.models import Act
from conversations.audit.recording import record
from tests.support.document import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief() -> User:
    return User.objects.create_superuser("chief")


@pytest.fixture
def client(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


def shown(client: Client, address: str) -> list[str]:
    """The words of each row."""
    page = parse(client.get(address).content.decode())
    return [row.text() for row in page.all("data-act")]


def test_it_tells_who_did_what_on_whom_newest_first(client: Client, chief: User) -> None:
    other = User.objects.create_user("<b>other</b>")
    record(chief, What.ROLE, whom=other, before="member", after="read-only")
    record(None, What.RESTORED, thing="copy.sqlite3")
    later, earlier = shown(client, "/people/log/")
    assert "The site" in later
    assert "copy.sqlite3" in later
    for word in ("chief", "Role changed", "<b>other</b>", "member", "read-only"):
        assert word in earlier


def test_what_another_version_recorded_is_shown_by_its_word(client: Client, chief: User) -> None:
    record(chief, What.ROLE)
    connection.cursor().execute("UPDATE audit_act SET what = 'of-tomorrow'")
    assert "of-tomorrow" in shown(client, "/people/log/")[0]


def test_a_person_is_found_as_who_did_it_and_as_on_whom(client: Client, chief: User) -> None:
    ada, bob = (User.objects.create_user(name) for name in ("ada & co", "bob"))
    record(chief, What.LINK_MADE, whom=ada)
    record(ada, What.ACCOUNT_DELETED, whom=ada)
    record(chief, What.LINK_MADE, whom=bob)
    page = parse(client.get("/people/log/").content.decode())
    links = [link.attributes["href"] for link in page.all("href") if "ada" in link.text()]
    assert set(links) == {"/people/log/?person=ada%20%26%20co"}
    assert len(shown(client, str(links[0]))) == 2
    assert shown(client, "/people/log/?person=nobody") == []


def test_pages_are_bounded_and_lead_on(client: Client, chief: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    queries = []
    for number in range(7):
        record(chief, What.RESTORED, thing=f"copy {number}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/people/log/")
        queries.append(len(asked))
    assert len(set(queries)) == 1
    seen, address = [], "/people/log/?person=chief"
    while address:
        page = parse(client.get(address).content.decode())
        assert len(page.all("data-act")) <= 3
        seen += [row.text() for row in page.all("data-act")]
        older = [link for link in page.all("rel") if link.attributes["rel"] == "next"]
        address = str(older[0].attributes["href"]) if older else ""
    assert [f"copy {number}" in row for number, row in zip(range(6, -1, -1), seen, strict=True)]


@pytest.mark.parametrize("said", ["x", "-1", "9" * 30, "٣"])
def test_a_place_that_is_none_is_the_first_page(client: Client, chief: User, said: str) -> None:
    record(chief, What.RESTORED)
    assert client.get("/people/log/", {"before": said, "person": "\0"}).status_code == 200


def test_nothing_on_it_changes_the_log(client: Client, chief: User) -> None:
    record(chief, What.RESTORED)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)("/people/log/").status_code == 405
    assert Act.objects.count() == 1
    page = parse(client.get("/people/log/").content.decode())
    forms = [form.attributes for form in page.all("action") if form.attributes["action"]]
    assert all(form.get("method") == "get" for form in forms if "log" in str(form["action"]))
