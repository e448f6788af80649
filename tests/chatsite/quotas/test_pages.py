"""The pages on which administrators set quotas."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conversations.quotas import holding
from conversations.quotas.models import Quota
from conversations.roles.rights import Role
from tests.support.document import Element, parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("chief"))
    return client


def page(client: Client, address: str) -> Element:
    return parse(client.get(address).content.decode())


def test_a_number_for_a_role_is_the_grey_one_of_its_people(client: Client) -> None:
    member = User.objects.create_user("member")
    there = "/people/quotas/member/"
    asked = {"sends_a_day": "20", "cost_a_month": "2.50", "storage": "100"}
    assert client.post(there, asked).status_code == 303
    field = page(client, there).one("name", "cost_a_month")
    assert field.attributes["value"] == "2.5"
    own = page(client, f"/people/{member.pk}/quotas/")
    assert own.one("name", "sends_a_day").attributes["placeholder"] == "20"
    assert own.one("name", "sends_a_day").attributes["value"] == ""
    assert own.one("name", "tokens_a_month").attributes["placeholder"] == "No limit"
    assert own.one("name", "storage").attributes["placeholder"] == "100"
    now = holding.of(member.pk)
    assert (now.sends_a_day, now.cost_a_month, now.storage) == (20, 2_500_000_000, 100 * 1024**2)


def test_a_persons_own_number_wins_and_an_empty_one_gives_way(client: Client) -> None:
    member = User.objects.create_user("member")
    there = f"/people/{member.pk}/quotas/"
    client.post("/people/quotas/member/", {"sends_a_day": "20"})
    client.post(there, {"sends_a_day": "30", "tokens_a_month": "0"})
    now = holding.of(member.pk)
    assert (now.sends_a_day, now.tokens_a_month) == (30, 0)
    assert page(client, there).one("name", "tokens_a_month").attributes["value"] == "0"
    client.post(there, {})
    assert holding.of(member.pk).sends_a_day == 20
    assert not Quota.objects.filter(person=member).exists()


@pytest.mark.parametrize(
    ("name", "at", "past"),
    [
        ("running", "1", "0"),
        ("running", "100000", "100001"),
        ("sends_a_minute", "1", "0"),
        ("sends_a_day", "1", "0"),
        ("tokens_a_month", "0", "-1"),
        ("tokens_a_month", "1000000000000000", "1000000000000001"),
        ("cost_a_month", "1000000", "1000000.01"),
        ("cost_a_month", "0.01", "0.001"),
        ("storage", "1000000000", "1000000001"),
        ("storage", "0", "some"),
    ],
)
def test_what_no_number_can_be_is_told_and_nothing_changes(
    client: Client, name: str, at: str, past: str
) -> None:
    there = "/people/quotas/read-only/"
    refused = client.post(there, {name: past})
    assert refused.status_code == 400
    field = parse(refused.content.decode()).one("name", name)
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == (past, "true")
    assert not Quota.objects.exists()
    assert client.post(there, {name: at}).status_code == 303
    assert getattr(Quota.objects.get(role=Role.READ_ONLY.value), name) is not None


def test_who_is_not_there_and_no_role_have_no_page(client: Client) -> None:
    for there in ("/people/999999/quotas/", "/people/quotas/queen/"):
        assert client.get(there).status_code == client.post(there, {}).status_code == 404
