"""People whose role is to read: every door that writes is closed to them, by one sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import resolve

from chatsite.tokens import granting
from conversations.roles import giving
from conversations.roles.doors import is_open_to_readers
from conversations.roles.rights import Role
from conversations.sentences import READ_ONLY
from streaming.live.protocol import ROLE_CHANGED
from tests.support.doors import DOORS
from tests.support.living import Living
from tests.support.tabs import Tab, tab, watched
from tests.test_ownership import House, house, living, owner

__all__ = ["house", "living", "owner", "tab"]

OPEN = {
    *("account_logout", "account_change_password", "account_sign_ins", "account_delete"),
    "sign_on:page",
    *("preferences:save", "tokens:page", "own_keys:remove"),
    *(f"second_factors:{name}" for name in ("add-app", "remove-app", "new-codes", "challenge")),
    *(f"second_factors:{name}" for name in ("add-passkey", "rename", "remove-passkey")),
    *("sharing:copy", "sharing:list", "transfer:make"),
    *("streaming:seen", "streaming:stop", "api:stop"),
}
"""What takes something back or concerns nobody's words: each is marked where it is made."""


async def test_who_only_reads_sends_nothing_through_any_door(house: House, tab: Tab) -> None:
    """Also at those whose row says `get`, as a page may take its own form."""
    await house.living.do(lambda: giving.give(house.living.owner, Role.READ_ONLY))
    before = await house.contents()
    found = set()
    for name, door in DOORS.items():
        address = house.address(name)
        if is_open_to_readers(resolve(address).func):
            found.add(name)
        elif door.whose not in ("anybody", "administrator"):  # those are not there for them
            reply = await tab.post(address, htmx=False, **door.fields)
            assert reply.status_code == 403, name
            assert str(READ_ONLY) in reply.content.decode(), name
    assert found == OPEN
    assert await house.contents() == before


async def test_who_only_reads_still_reads_without_a_message_box(house: House, tab: Tab) -> None:
    await house.living.do(lambda: giving.give(house.living.owner, Role.READ_ONLY))
    page = (await tab.get(f"/c/{house.run.conversation_id}/")).content.decode()
    assert "a private word" in page
    assert "Your account may only read." in page
    assert 'class="composer__form" hidden' in page
    assert "private" in (await tab.get("/search/?q=private")).content.decode()


async def test_htmx_and_programs_are_told_in_their_way(house: House, tab: Tab) -> None:
    user = house.living.owner

    def furnish() -> str:
        giving.give(user, Role.READ_ONLY)
        return granting.make(user, house.prompt.key, "a program", "write").text

    secret = await house.living.do(furnish)
    notice = await tab.post("/send/", htmx=True, prompt="Hello")
    assert (notice.status_code, notice.headers["HX-Reswap"]) == (403, "none")
    assert str(READ_ONLY) in notice.content.decode()
    asked: dict[str, Any] = {"headers": {"Authorization": f"Bearer {secret}"}}
    told = await Tab().request("post", "/api/v1/conversations/", **asked)
    assert (told.status_code, "may only read" in told.content.decode()) == (403, True)
    assert (await Tab().request("get", "/api/v1/conversations/", **asked)).status_code == 200


@pytest.mark.parametrize("role", [Role.READ_ONLY, Role.ADMINISTRATOR])
async def test_another_role_closes_the_sockets_that_had_the_old_one(
    settings: Any, living: Living, tab: Tab, role: Role
) -> None:
    settings.SIGN_INS_EVERY_SECONDS = 0.05
    answer = await living.answering()
    page = await watched(living, tab, answer)
    async with page.connected() as socket:
        await living.do(lambda: giving.give(living.owner, role))
        assert await socket.closed() == ROLE_CHANGED


async def test_there_is_always_an_administrator(living: Living) -> None:
    def check() -> None:
        chief = User.objects.create_superuser("chief")
        User.objects.create_user("closed", is_staff=True, is_active=False)
        for role in (Role.MEMBER, Role.READ_ONLY):
            with pytest.raises(giving.LastAdministrator):
                giving.give(chief, role)
        giving.give(living.owner, Role.ADMINISTRATOR)
        giving.give(chief, Role.READ_ONLY)
        assert not User.objects.get(pk=chief.pk).is_superuser

    await living.do(check)
