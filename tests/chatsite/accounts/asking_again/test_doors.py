"""Every door that does what hurts asks once more who it is, and does it right after."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver

from conversations.roles.doors import is_for_administrators
from conversations.sign_in.dangerous import danger_of
from tests.support.document import parse
from tests.support.doors import DOORS
from tests.support.living import living, owner
from tests.support.people.factors import proven
from tests.support.stages import PASSWORD
from tests.support.tabs import Tab
from tests.test_once import rows
from tests.test_ownership import House, house

__all__ = ["house", "living", "owner"]

ASKED = "asked_again_about"
DANGEROUS = {
    *("tokens:page", "account_set_password", "account_delete"),
    *("people:role", "people:add", "people:invite", "people:link", "people:take-second-factors"),
    *("second_factors:add-app", "second_factors:remove-app", "second_factors:add-passkey"),
    *("second_factors:remove-passkey", "second_factors:codes", "second_factors:codes-file"),
    *("second_factors:new-codes", "providers:add", "providers:edit", "tools:add", "tools:edit"),
    *("transfer:everything", "transfer:make", "own_keys:page"),
    "sign_on:page",
}
"""What an administrator, or whoever sits at another's keyboard, could hurt somebody by."""
BY_ITSELF = {"account_delete"}
"""Asks for the password in its own form, of whoever has one."""


def views(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, Any]]:
    """The name of every address, and its view."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}", entry.callback
        else:
            yield from views(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


DANGERS = {name: found for name, view in views() if (found := danger_of(view)) is not None}
CASES = [
    (name, method)
    for name, found in sorted(DANGERS.items())
    for method in sorted(found.methods - {"HEAD"})
    if name not in BY_ITSELF
]


def test_exactly_the_dangerous_doors_are_marked() -> None:
    assert DANGERS.keys() == DANGEROUS
    assert all(door in DOORS for door in DANGEROUS)


async def chief_of(house: House, seconds_ago: float | None) -> Tab:
    """An administrator with a password, who owns a passkey; signed in so long ago."""
    tab = Tab()

    def furnish() -> None:
        chief = User.objects.create_superuser("chief", password=PASSWORD)
        tab.client.force_login(chief)
        if seconds_ago is not None:
            proven(tab.client, chief, seconds_ago)
        house.passkey.user = chief
        house.passkey.save()

    await house.living.do(furnish)
    return tab


async def knock(house: House, who: Tab, name: str, method: str, **more: str) -> HttpResponse:
    address = house.address(name)
    return await who.request(method.lower(), address, data={**DOORS[name].fields, **more})


def asks(reply: HttpResponse) -> bool:
    return not reply.streaming and f'name="{ASKED}"'.encode() in reply.content


@pytest.mark.parametrize("seconds_ago", [None, 301.0])
@pytest.mark.parametrize(("name", "method"), CASES)
async def test_nothing_is_done_before_it_is_asked_and_answered(
    house: House, name: str, method: str, seconds_ago: float | None
) -> None:
    chief = await chief_of(house, seconds_ago)
    before = await house.living.do(rows)
    reply = await knock(house, chief, name, method)
    assert reply.status_code == 200
    assert asks(reply)
    after = await house.living.do(rows)
    assert {table for table in before if before[table] != after[table]} <= {"sessions.session"}
    packed = parse(reply.content.decode()).all("name", ASKED)[0].attributes["value"]
    said = {ASKED: packed, "asked_again": "password", "password": PASSWORD}
    done = await chief.request("post", house.address(name), data=said)
    assert not asks(done)
    assert done.status_code in (200, 302, 303, 400)
    if method == "GET":
        assert done["Location"] == house.address(name)
        assert not asks(await knock(house, chief, name, "GET"))


@pytest.mark.parametrize("name", sorted(DANGEROUS - BY_ITSELF))
async def test_who_has_just_signed_in_is_not_asked(house: House, name: str) -> None:
    chief = await chief_of(house, 290.0)
    for method in DANGERS[name].methods:
        assert not asks(await knock(house, chief, name, method))


@pytest.mark.parametrize("name", sorted(DANGEROUS))
async def test_who_has_nothing_to_prove_it_by_is_not_asked(house: House, name: str) -> None:
    """The owner of this machine, who came by its link, notices nothing."""
    tab = Tab()

    def furnish() -> None:
        tab.client.force_login(User.objects.create_superuser("chief"))

    await house.living.do(furnish)
    for method in DANGERS[name].methods:
        assert not asks(await knock(house, tab, name, method))


@pytest.mark.parametrize("name", [name for name, view in views() if is_for_administrators(view)])
async def test_what_is_not_there_for_somebody_is_not_asked_about(house: House, name: str) -> None:
    member = Tab()

    def furnish() -> None:
        member.client.force_login(User.objects.create_user("grace", password=PASSWORD))

    await house.living.do(furnish)
    reply = await member.post(house.address(name), key=str(uuid.uuid4()))
    assert reply.status_code == 404
    assert (await Tab().post(house.address(name))).status_code == 404
