"""R11: every door of the site and every command of its sockets, for everybody but the owner.

The doors are those of the URL conf, the commands those of the protocol, as `tests.test_ownership`
makes sure; so a new one is knocked at by every visitor without a word here.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import resolve

from conversations.roles.doors import is_open_to_readers
from conversations.roles.models import Standing
from conversations.sentences import READ_ONLY
from streaming.api.problems import CONTENT_TYPE
from streaming.live.protocol import NOT_FOUND, SIGNED_OUT
from streaming.models import StoredProvider
from streaming.tools.models import ToolServer
from tests.security.asked import asked
from tests.security.visitors import PEOPLE, TOKENS, WITHOUT_SIGN_IN, Kind, Visitor, visitor
from tests.support.doors import DOORS
from tests.support.living import living, owner
from tests.support.tabs import Socket, place_of, whole
from tests.test_ownership import PRIVATE, SAID, THINGS, House, house

__all__ = ["house", "living", "owner"]

ALWAYS_NEW = ("X-Request-ID", "Set-Cookie")
METHODS = ("get", "post")
CSRF_TOKEN = re.compile(rb"\b[A-Za-z0-9]{64}\b")


def told(reply: HttpResponse) -> list[tuple[str, str]]:
    return sorted(item for item in reply.headers.items() if item[0] not in ALWAYS_NEW)


def bytes_of(reply: HttpResponse) -> bytes:
    """Without the CSRF token, which is masked anew for each page."""
    return CSRF_TOKEN.sub(b"", reply.content)


async def knock(
    house: House, name: str, who: Visitor, method: str = "", *, missing: bool = False
) -> HttpResponse:
    door = DOORS[name]
    path = house.address(name, missing=missing)
    return await who.ask(method or door.method, path, door.fields)


@pytest.mark.parametrize("kind", [*PEOPLE, *WITHOUT_SIGN_IN, *TOKENS[:2]])
async def test_what_is_somebody_elses_is_answered_like_what_is_not_there(
    house: House, kind: Kind
) -> None:
    """By the same bytes, the same headers and the same statements, whatever the method."""
    who = await visitor(house, kind)
    await who.ask("get", "/api/v1/", {})  # its first use is noted
    before = await house.contents()
    for name in THINGS:
        for method in METHODS:
            with asked() as statements:
                reply = await knock(house, name, who, method)
            with asked() as other_statements:
                nothing = await knock(house, name, who, method, missing=True)
            where = f"{method} {name}"
            assert reply.status_code == nothing.status_code, where
            assert reply.status_code in expected(house, name, kind, method), where
            assert bytes_of(reply) == bytes_of(nothing), where
            assert PRIVATE.encode() not in reply.content, where
            assert told(reply) == told(nothing) or reply.status_code == 302, where
            assert statements == other_statements, where
            assert statements or reply.status_code in (302, 401, 403, 405), where
    assert await house.contents() == before


def expected(house: House, name: str, kind: Kind, method: str) -> tuple[int, ...]:
    """How a stranger may be refused there; 405 where the door does not take the method."""
    door = DOORS[name]
    if kind in WITHOUT_SIGN_IN or (kind in TOKENS and not door.for_programs):
        return (401, 405) if door.for_programs else (302, 405)
    if kind == "read-only" and method == "post":
        readers = is_open_to_readers(resolve(house.address(name)).func)
        return (404, 405) if readers else (403,)
    return (404,) if method == door.method else (404, 405)


@pytest.mark.parametrize("kind", [*PEOPLE, *TOKENS[:2]])
async def test_what_is_open_to_everybody_shows_nobody_elses(house: House, kind: Kind) -> None:
    who = await visitor(house, kind)
    before = await house.contents()
    for name, door in DOORS.items():
        if door.whose != "person" or name in ENDS:
            continue
        reply = await knock(house, name, who)
        if kind in TOKENS and not door.for_programs:
            assert (reply.status_code, place_of(reply)) == (302, "/login/"), name
        elif kind == "read-only" and reply.status_code == 403:
            assert str(READ_ONLY) in reply.content.decode(), name
        else:
            assert reply.status_code in (200, 201, 302, 303), name
        assert PRIVATE.encode() not in await whole(reply), name
    kept = await house.contents()
    assert all(row in rows for rows, old in zip(kept, before, strict=True) for row in old)


ENDS = ("account_logout",)
"""After which the visitor would be somebody else; `tests.chatsite.accounts` knocks there."""


@pytest.mark.parametrize("kind", [*PEOPLE, *WITHOUT_SIGN_IN, *TOKENS])
async def test_the_administrators_doors_are_not_there(house: House, kind: Kind) -> None:
    """For others; and an administrator sees no word of anybody's conversations there."""
    who = await visitor(house, kind)
    before = await house.living.do(of_the_site)
    for name in (name for name, door in DOORS.items() if door.whose == "administrator"):
        for method in METHODS:
            if kind == "administrator" and method != DOORS[name].method:
                continue
            reply = await knock(house, name, who, method)
            where = f"{method} {name}"
            assert PRIVATE.encode() not in await whole(reply), where
            if kind == "administrator":
                assert reply.status_code in (200, 302, 303, 400), where
            else:
                nowhere = await who.ask(method, "/nowhere/", {})
                assert (reply.status_code, reply.content) == (404, nowhere.content), where
    if kind != "administrator":
        assert await house.living.do(of_the_site) == before


def of_the_site() -> list[Any]:
    """What administrators may change."""
    models: list[Any] = [StoredProvider, ToolServer, Standing]
    people = list(User.objects.order_by("pk").values("is_active", "is_staff", "is_superuser"))
    return [people, *(list(model.objects.order_by("pk").values()) for model in models)]


async def test_the_owners_token_opens_the_doors_for_programs_and_no_other(house: House) -> None:
    who = await visitor(house, "the owner's token")
    for name in THINGS:
        reply = await knock(house, name, who)
        if DOORS[name].for_programs:
            assert reply.status_code in (200, 202, 409), name
            assert reply.headers["Content-Type"] != CONTENT_TYPE or reply.status_code == 409, name
        else:
            assert (reply.status_code, place_of(reply)) == (302, "/login/"), name
            assert PRIVATE.encode() not in reply.content, name


@pytest.mark.parametrize("kind", [*PEOPLE, *WITHOUT_SIGN_IN, *TOKENS])
@pytest.mark.parametrize("command", SAID)
async def test_no_command_of_a_stranger_opens_a_conversation(
    house: House, kind: Kind, command: str
) -> None:
    who = await visitor(house, kind)
    asks: Any = {"type": command, **SAID[command]}
    code = NOT_FOUND if kind in PEOPLE else SIGNED_OUT
    for conversation in (house.run.conversation_id, uuid.uuid4()):
        socket = Socket(f"/ws/c/{conversation}/?token={who.bearer}", who.tab.cookies)
        for name, value in who.headers.items():
            socket.scope["headers"].append((name.lower().encode(), value.encode()))
        await socket.open()
        await socket.send(json.dumps(asks))
        await socket.send(json.dumps({"type": "follow", **SAID["follow"]}))
        event = await socket.receive_output()
        while event["type"] == "websocket.send":  # the visitor's own list
            assert PRIVATE not in event["text"]
            event = await socket.receive_output()
        assert (event["type"], event["code"]) == ("websocket.close", code)
        await socket.disconnect()
