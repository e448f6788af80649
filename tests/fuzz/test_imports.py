"""Files that come in: refused in a sentence or taken, and then every page shows what was taken."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conversations.models import Conversation, Message
from conversations.transfer import archive
from conversations.transfer.opening.archive_file import ArchiveFile
from conversations.transfer.opening.bounds import Unreadable
from conversations.transfer.plain import Refused
from conversations.transfer.reading import Contents, Found
from streaming.transfer.incoming import conversations as conversations_in
from streaming.transfer.outgoing import conversations as conversations_out
from tests.fuzz.depth import fuzzed, nothing_breaks
from tests.fuzz.values import JSON
from tests.support.archives import examples
from tests.support.archives.examples import BOUNDS, zipped
from tests.support.living import Living, living, owner
from tests.support.tabs import Tab, tab, whole

__all__ = ["living", "owner", "tab"]

NAMED = ("format", "version", "id")
"""Without these nobody takes a file for one of ours."""
MOST_MEMORY = 64 * 2**20
FILES = [
    zipped({"conversations.json": [examples.tides()], "user.json": {"id": "me"}}),
    zipped({"conversations.json": [examples.claude()]}),
    json.dumps([examples.open_webui()]).encode(),
    json.dumps(examples.librechat()).encode(),
    json.dumps(examples.plain(("user", "Hello"), ("assistant", "Yes."))).encode(),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to everything that stands in some JSON."""
    inside: Any = ()
    if isinstance(value, dict):
        inside = [(name, each) for name, each in value.items() if path or name not in NAMED]
    elif isinstance(value, list):
        inside = enumerate(value)
    for name, each in inside:
        yield (*path, name)
        yield from places(each, (*path, name))


def with_odd(value: Any, path: tuple[Any, ...], odd: Any) -> None:
    """Puts it there, if that place is still there."""
    for name in path[:-1]:
        try:
            value = value[name]
        except (LookupError, TypeError):
            return
    if isinstance(value, dict) or (isinstance(value, list) and path[-1] in range(len(value))):
        value[path[-1]] = odd


@fuzzed(6)
@given(data=st.data())
async def test_what_was_taken_can_be_shown(living: Living, tab: Tab, data: st.DataObject) -> None:
    """An archive of this site's in which any values were exchanged for others."""

    def written() -> Any:
        return json.loads("".join(conversations_out.written(examples.house(living.owner))))

    value = await living.do(written)
    known = list(places(value))
    for _ in range(data.draw(st.integers(1, 4))):
        with_odd(value, data.draw(st.sampled_from(known)), data.draw(JSON))
    value["id"] = str(data.draw(st.uuids()))

    def take() -> Conversation | None:
        try:
            return conversations_in.take(living.owner, archive.thread(value)).conversation
        except Refused:
            return None

    with nothing_breaks():
        thread = await living.do(take)
        if thread is not None:
            await expects_shown(living, tab, thread)


async def expects_shown(living: Living, tab: Tab, thread: Conversation) -> None:
    """By every page that shows all of it."""
    pks = await living.do(
        lambda: list(Message.objects.filter(conversation=thread).values_list("pk", "role"))
    )
    root = f"/c/{thread.pk}/"
    ends = ("", "?whole", "branches/", "export.md", "export.html", "export.json", "parameters/")
    answers = [pk for pk, role in pks if role == "assistant"]
    paths = [f"{root}{end}" for end in ends]
    paths += [f"/m/{pk}/details/" for pk in answers] + [f"{root}?branch={pk}" for pk, _ in pks]
    for path in (*paths, "/", f"/api/v1/conversations/{thread.pk}/"):
        reply = await tab.get(path)
        assert reply.status_code in (200, 303), (path, reply.status_code)
        await whole(reply)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A file of which some bytes are others, or missing, or there twice."""
    raw = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        length = draw(st.integers(0, 40))
        raw[at : at + length] = draw(
            st.binary(max_size=12) | st.just(bytes(raw[at : at + length]) * 2)
        )
    return bytes(raw)


@fuzzed(60)
@given(data=damaged() | st.binary(max_size=200))
def test_a_damaged_file_is_refused_in_a_sentence_or_read(data: bytes) -> None:
    tracemalloc.start()
    try:
        with nothing_breaks():
            for each in read(data):
                assert each.why or each.thread or each.account
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()


def read(data: bytes) -> list[Found]:
    try:
        return list(Contents(ArchiveFile(io.BytesIO(data), len(data), BOUNDS), BOUNDS).found())
    except Unreadable as refusal:
        assert str(refusal).endswith(".")
        return []
