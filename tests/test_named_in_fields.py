"""R11: what somebody else has cannot be named in a field, or after the question mark of an address.

The paths are those of a person's own things, so each door opens; what the field names is another
person's, or nobody's. Both are answered alike, tell nothing and touch nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import pytest
from django.contrib.auth.models import User

from streaming.models import Generation, QueuedPrompt
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab
from tests.test_ownership import PRIVATE, House, house

__all__ = ["house", "living", "owner"]

MISSING = 10**9


@dataclass(frozen=True, slots=True)
class Ids:
    """What a field can name: of another person, or of nobody."""

    conversation: uuid.UUID
    message: int
    prompt: int
    run: int
    deletion: int
    deletion_key: uuid.UUID
    project: int
    in_line: uuid.UUID


Name: TypeAlias = Callable[[Ids], object]


@dataclass(frozen=True, slots=True)
class Named:
    """A request to `path`, of the person's own thread {c}, its answer {m} or prompt in line {k}."""

    path: str
    fields: Mapping[str, Name | str]
    method: str = "post"

    def __repr__(self) -> str:
        return f"{self.method} {self.path} {' '.join(self.fields)}"


def looks(path: str, **fields: Name | str) -> Named:
    return Named(path, fields, "get")


def sends(path: str, **fields: Name | str) -> Named:
    return Named(path, fields)


PROMPT = {"prompt": "Mine", "model": "puppet/teller"}
REQUESTS = (
    sends("/c/{c}/order/", project=lambda ids: ids.project),
    sends("/order/", conversations=lambda ids: ids.conversation, archived="on"),
    sends("/order/", selected=lambda ids: ids.conversation, pinned="on"),
    sends("/order/", conversation=lambda ids: ids.conversation, title="Taken"),
    sends("/order/", conversations=lambda ids: ids.conversation, project="none"),
    sends("/order/", conversations="{c}", project=lambda ids: ids.project),
    sends("/order/move/", selected=lambda ids: ids.conversation),
    looks("/order/move/", conversation=lambda ids: ids.conversation),
    sends("/send/", conversation=lambda ids: ids.conversation, **PROMPT),
    sends("/send/", project=lambda ids: ids.project, **PROMPT),
    sends("/send/", key=lambda ids: ids.in_line, **PROMPT),
    sends("/c/{c}/queue/{k}/", before=lambda ids: ids.in_line),
    sends("/c/{c}/queue/{k}/", after=lambda ids: ids.in_line),
    sends("/c/{c}/queue/{k}/", do="send", stops=lambda ids: ids.run),
    sends("/c/{c}/seen/", generation=lambda ids: ids.run),
    sends("/c/{c}/delete/", key=lambda ids: ids.deletion_key),
    sends("/m/{m}/delete/", key=lambda ids: ids.deletion_key),
    sends("/m/{m}/edit/", text="Mine", base=lambda ids: ids.run),
    sends("/m/{m}/show/", key=lambda ids: ids.in_line),
    sends("/trash/empty/", up_to=lambda ids: ids.deletion),
    sends("/trash/delete-many/", conversations=lambda ids: ids.conversation),
    sends("/trash/delete-many/", conversations="{c}", deletion=lambda ids: ids.deletion_key),
    sends("/trash/restore-many/", deletions=lambda ids: ids.deletion),
    looks("/trash/", restored=lambda ids: ids.deletion),
    looks("/trash/", before=lambda ids: ids.deletion),
    looks("/", deleted=lambda ids: ids.deletion),
    looks("/", list=lambda ids: ids.project),
    looks("/c/{c}/", list=lambda ids: ids.project),
    looks("/c/{c}/", deleted=lambda ids: ids.deletion),
    looks("/c/{c}/", before=lambda ids: ids.message),
    looks("/c/{c}/", whole="", before=lambda ids: ids.message),
    looks("/c/{c}/", branch=lambda ids: ids.message),
    looks("/c/{c}/", quote=lambda ids: ids.message),
    looks("/c/{c}/", q="word", at=lambda ids: ids.message),
    looks("/c/{c}/branches/", before=lambda ids: ids.message),
    looks("/c/{c}/standing/", leaf=lambda ids: ids.message, generation=lambda ids: ids.run),
    looks("/c/{c}/share/", up_to=lambda ids: ids.message),
    sends("/c/{c}/share/", up_to=lambda ids: ids.message),
    looks("/search/", q=lambda ids: f"word project:{ids.project}"),
    looks("/palette/", q="word"),
)


@dataclass(frozen=True, slots=True)
class Own:
    """What the person who asks has."""

    tab: Tab
    places: Mapping[str, object]

    async def ask(self, request: Named, ids: Ids) -> Any:
        path = request.path.format_map(self.places)
        fields = {
            name: str(said(ids)) if callable(said) else said.format_map(self.places)
            for name, said in request.fields.items()
        }
        if request.method == "post":
            return await self.tab.post(path, htmx=False, **fields)
        return await self.tab.request("get", path, data=fields)


async def own(living: Living, name: str) -> Own:
    user = await living.do(lambda: User.objects.create_user(name))
    run = await replace(living, owner=user).ended("An answer", prompt="Of my own")
    line = QueuedPrompt(conversation=run.conversation, key=uuid.uuid4(), place=0, text="Mine")
    line.held, line.provider, line.model = QueuedPrompt.Held.STOPPED, "puppet", "teller"
    await living.do(line.save)
    tab = Tab()
    await tab.sign_in(user)
    return Own(tab, {"c": run.conversation_id, "m": run.message_id, "k": line.key})


def of(house: House, written: Generation) -> Ids:
    """The owner's; the run is one that is being written."""
    return Ids(
        house.run.conversation_id,
        house.run.message_id,
        house.run.message.parent_id or 0,
        written.pk,
        house.deletion.pk,
        house.deletion.key,
        house.project.pk,
        house.prompt.key,
    )


def nobodys() -> Ids:
    keys = [uuid.uuid4() for _ in range(3)]
    return Ids(keys[0], MISSING, MISSING, MISSING, MISSING, keys[1], MISSING, keys[2])


LOOKS = [each for each in REQUESTS if each.method == "get"]
SENDS = [each for each in REQUESTS if each.method == "post"]


@pytest.mark.parametrize("requests", [LOOKS, *([each] for each in SENDS)], ids=str)
async def test_r11_what_a_field_names_is_found_among_ones_own(
    house: House, living: Living, requests: Sequence[Named]
) -> None:
    written = await living.answering(PRIVATE)
    ids = of(house, await living.run(written.pk))
    before = await house.contents()
    one, other = await own(living, "one"), await own(living, "other")
    for asked in requests:
        theirs, nothing = await one.ask(asked, ids), await other.ask(asked, nobodys())
        assert theirs.status_code == nothing.status_code < 500, asked
        assert PRIVATE.encode() not in theirs.content, asked
        assert str(ids.conversation) not in theirs.headers.get("Location", ""), asked
    kept = await house.contents()
    for rows, old in zip(kept, before, strict=True):
        assert [row for row in old if row not in rows] == []
