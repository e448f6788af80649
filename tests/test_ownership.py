"""R11: every door of the site, for its owner and for who is signed out.

All others knock in `tests.security`. The doors are those of the URL conf and of the table of
commands: one without a row here fails.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from conversations.files.models import File
from conversations.models import Conversation, Deletion, Message, Project
from conversations.preferences.models import Preferences
from conversations.prompts.models import SavedPrompt
from conversations.transfer.models import Transfer
from streaming.api.problems import CONTENT_TYPE
from streaming.live.protocol import COMMANDS
from streaming.live.routing import websocket_urlpatterns
from streaming.models import (
    Generation,
    JournalEntry,
    Preset,
    QueuedPrompt,
    Recording,
    StoredProvider,
)
from streaming.tools.models import ToolServer
from streaming.transfer import files
from streaming.trash import actions as trash
from tests.support.doors import DOORS, OWNER
from tests.support.files.rows import picture_of
from tests.support.hostile.corpus import POLYGLOT
from tests.support.living import Living, living, owner
from tests.support.people.factors import passkey_of
from tests.support.tabs import Socket, Tab, place_of, tab

__all__ = ["DOORS", "living", "owner", "tab"]

PRIVATE = "a private word"
WRITTEN = f"{PRIVATE} {POLYGLOT}"
"""What a page that shows it must not take for anything but text."""
IN_SIGHT = ("conversation", "message", "generation", "prompt in line")
OF_MESSAGES = ("message", "generation")
OF_A_PERSON = ("deletion", "project", "preset", "saved prompt", "transfer", "file", "passkey")
THINGS = [name for name, door in DOORS.items() if door.whose in (*IN_SIGHT, *OF_A_PERSON)]
SAID: Mapping[str, Mapping[str, Any]] = {
    "follow": {"leaf": None, "generation": None, "after": 0, "status": None},
    "list": {"state": "", "rows": 40},
    "ask": {},
    "ack": {"generation": 1, "seq": 1},
    "seen": {"generation": 1},
}


def doors(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    """The name of every address, with its name space."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            yield from doors(entry, f"{space}{entry.namespace}:" if entry.namespace else space)


def test_every_door_has_a_row() -> None:
    assert sorted(doors()) == sorted(DOORS)


def test_every_command_has_a_row() -> None:
    assert sorted(COMMANDS) == sorted(SAID)
    assert [str(route.pattern) for route in websocket_urlpatterns] == [
        "ws/",
        "ws/c/<uuid:conversation_id>/",
        "",
    ]


@dataclass(frozen=True, slots=True)
class House:
    """What there is to find of the owner's, and a provider of the site's."""

    run: Generation
    deletion: Deletion
    prompt: QueuedPrompt
    project: Project
    preset: Preset
    saved: SavedPrompt
    transfer: Transfer
    file: File
    passkey: Authenticator
    living: Living

    def address(self, name: str, *, missing: bool = False) -> str:
        door = DOORS[name]
        if door.args == OWNER:
            return reverse(name, args=[self.living.owner.pk])
        found = {
            "conversation": uuid.uuid4() if missing else self.run.conversation_id,
            "message": 10**9 if missing else self.run.message_id,
            "generation": 10**9 if missing else self.run.pk,
            "deletion": 10**9 if missing else self.deletion.pk,
            "project": 10**9 if missing else self.project.pk,
            "preset": uuid.uuid4() if missing else self.preset.pk,
            "saved prompt": 10**9 if missing else self.saved.pk,
            "transfer": uuid.uuid4() if missing else self.transfer.pk,
            "file": uuid.uuid4() if missing else self.file.pk,
            "passkey": 10**9 if missing else self.passkey.pk,
        }
        if door.whose == "prompt in line":
            return reverse(name, args=[found["conversation"], self.prompt.key])
        return reverse(
            name, args=[*([found[door.whose]] if door.whose in found else []), *door.args]
        )

    async def knock(self, name: str, who: Tab, *, missing: bool = False) -> HttpResponse:
        door, path = DOORS[name], self.address(name, missing=missing)
        if door.method == "get":
            return await who.get(path)
        return await who.post(path, htmx=False, **door.fields)

    async def contents(self) -> list[Any]:
        """All that is kept of the owner's."""
        kept = (Conversation, Message, Generation, JournalEntry, Deletion)
        other = (Preferences, Project, QueuedPrompt, Preset, SavedPrompt, Transfer, File)
        models = (*kept, *other, Authenticator)
        return await self.living.do(
            lambda: [list(model._base_manager.order_by("pk").values()) for model in models]
        )


@pytest.fixture
async def house(living: Living) -> House:
    answer = await living.answering(PRIVATE)
    await answer.says(PRIVATE)
    run = await answer.stops()

    def furnish() -> QueuedPrompt:
        Preferences.objects.create(owner=living.owner, title_model=PRIVATE)
        Recording.objects.create(generation=run, format="chat", data=PRIVATE.encode(), size=14)
        url = living.puppet.url
        StoredProvider.objects.create(slug="acme", name="Acme", format="chat", base_url=url)
        inside = "http://127.0.0.1:9/mcp"
        ToolServer.objects.create(slug="weather", name="Weather", url=inside)
        return QueuedPrompt.objects.create(
            conversation=run.conversation,
            key=uuid.uuid4(),
            place=0,
            text=WRITTEN,
            held="stopped",
            provider="puppet",
            model="teller",
        )

    prompt = await living.do(furnish)
    thrown = await living.ended(WRITTEN, prompt=WRITTEN)
    deletion = await living.do(
        lambda: trash.delete_conversation(living.owner, uuid.uuid4(), thrown.conversation)
    )
    project = await living.do(lambda: Project.objects.create(owner=living.owner, name=WRITTEN))
    preset = await living.do(lambda: Preset.objects.create(owner=living.owner, name=WRITTEN))
    saved = await living.do(
        lambda: SavedPrompt.objects.create(owner=living.owner, name="mine", text=WRITTEN)
    )
    transfer = await living.do(lambda: exported(living.owner))
    file = await living.do(lambda: picture_of(living.owner, WRITTEN))
    passkey = await living.do(lambda: passkey_of(living.owner, WRITTEN))
    return House(run, deletion, prompt, project, preset, saved, transfer, file, passkey, living)


def exported(owner: User) -> Transfer:
    """An export, the file of which holds nothing."""
    row = Transfer.objects.create(
        owner=owner, kind="export", status="finished", name=WRITTEN, made_at=timezone.now()
    )
    files.path(row.pk).write_bytes(PRIVATE.encode())
    return row


@pytest.fixture
async def stranger(living: Living) -> Tab:
    """Somebody else, signed in."""
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    return other


@pytest.mark.parametrize("name", THINGS)
async def test_r11_what_is_mine_is_there_for_me(house: House, tab: Tab, name: str) -> None:
    reply = await house.knock(name, tab)
    assert reply.status_code in (200, 303, 409)
    if reply.status_code == 303:
        pks = Conversation.everything.filter(owner=house.living.owner).values_list("pk", flat=True)
        own = [f"/c/{pk}/" for pk in await house.living.do(lambda: list(pks))]
        assert place_of(reply) in (
            "/",
            "/trash/",
            "/presets/",
            "/prompts/",
            "/second-factors/",
            f"/import/{house.transfer.pk}/",
            f"/projects/{house.project.pk}/",
            *own,
        )


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.whose != "anybody"])
async def test_who_is_signed_out_is_led_to_the_door_or_finds_nothing(
    house: House, name: str
) -> None:
    before = await house.contents()
    reply = await house.knock(name, Tab())
    if DOORS[name].whose == "administrator":
        assert reply.status_code == 404
    elif DOORS[name].for_programs:
        assert (reply.status_code, reply.headers["Content-Type"]) == (401, CONTENT_TYPE)
        assert reply.headers["WWW-Authenticate"].startswith("Bearer ")
    else:
        assert (reply.status_code, place_of(reply)) == (302, "/login/")
    assert PRIVATE.encode() not in reply.content
    assert await house.contents() == before


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.whose == "anybody"])
async def test_what_is_open_to_all_tells_nothing_private(
    house: House, stranger: Tab, name: str
) -> None:
    for visitor in (Tab(), stranger):
        reply = await house.knock(name, visitor)
        assert reply.status_code in (200, 302, 403, 404)  # without its token a link leads nowhere
        assert PRIVATE.encode() not in reply.content


@pytest.mark.parametrize("what", ["conversation", "message"])
async def test_what_is_in_the_trash_is_behind_no_door_of_its_owner(
    house: House, tab: Tab, what: str
) -> None:
    """But for the one that put it there: a request that comes again is answered as it was."""
    door = f"trash:delete-{what}"
    asked = await house.living.message(house.run.message_id)
    number = asked.conversation_id if what == "conversation" else asked.parent_id
    assert (await tab.post(reverse(door, args=[number]))).status_code == 303
    before = await house.contents()
    for name, each in DOORS.items():
        if each.whose in IN_SIGHT and (what == "conversation" or each.whose in OF_MESSAGES):
            reply = await house.knock(name, tab)
            assert reply.status_code == (303 if name == door else 404), name
            assert PRIVATE.encode() not in reply.content
    assert await house.contents() == before


@pytest.mark.parametrize("command", SAID)
async def test_every_command_of_the_owner_is_heard(house: House, tab: Tab, command: str) -> None:
    socket = Socket(f"/ws/c/{house.run.conversation_id}/", tab.cookies)
    await socket.open()
    await socket.send(json.dumps({"type": command, **SAID[command]}))
    await socket.send(json.dumps({"type": "follow", **SAID["follow"]}))
    assert PRIVATE in await socket.recv()
    await socket.disconnect()
