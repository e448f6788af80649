"""Imports and exports by a browser: as one form, in parts, as a file that is followed."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conversations.models import Conversation, Message
from conversations.transfer.models import Transfer
from streaming.transfer import files
from tests.support.archives import examples as archives
from tests.support.document import parse
from tests.support.living import Living
from tests.support.puppet import PATIENCE_SECONDS
from tests.support.tabs import Tab, place_of, whole


async def ended(living: Living, path: str) -> Transfer:
    pk = uuid.UUID(path.strip("/").split("/")[-1])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            row = await living.do(lambda: Transfer.objects.get(pk=pk))
            if row.status in ("finished", "failed"):
                return row
            await asyncio.sleep(0.02)


async def imported(living: Living, tab: Tab, data: bytes, name: str = "a.zip") -> Transfer:
    file = SimpleUploadedFile(name, data)
    fields: dict[str, Any] = {"file": file}
    reply = await tab.post("/import/", **fields)
    assert reply.status_code == 303, reply.content[:2000]
    return await ended(living, place_of(reply))


def counts(page: str) -> list[str]:
    words = page.split("data-report")[1].split(">")[0]
    return [
        words.split(f'data-{what}="')[1].split('"')[0]
        for what in ("taken", "unchanged", "updated", "refused")
    ]


async def shown(tab: Tab, row: Transfer) -> str:
    return (await tab.get(f"/import/{row.pk}/")).content.decode()


async def test_a_file_is_taken_once(living: Living, tab: Tab) -> None:
    data = archives.zipped(
        {
            "user.json": {"id": "me"},
            "conversations.json": [archives.tides(), {"title": "No messages", "id": "x"}],
            "shared_conversations.json": [{"id": "s", "conversation_id": "c", "title": "t"}],
        }
    )
    row = await imported(living, tab, data)
    page = await shown(tab, row)
    assert counts(page) == ["1", "0", "0", "1"], (row.sentence, row.options)
    assert "Of tides" in page
    kept = "Kept, and not shown: hidden by the other program (1), images (1), results of tools (1)"
    assert page.count(kept) == 2  # of the one, and of all
    assert "Files without conversations: <bdi>shared_conversations.json" in page
    assert not files.path(row.pk).exists()
    again = await imported(living, tab, data)
    assert counts(await shown(tab, again)) == ["0", "1", "0", "1"]
    assert await living.do(Conversation.objects.count) == 1


async def test_a_file_comes_in_parts_that_may_be_sent_again(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.IMPORT_PART_BYTES = 1000
    data = json.dumps([archives.tides()]).encode()
    about: dict[str, Any] = {"name": "c.json", "size": str(len(data)), "key": str(uuid.uuid4())}
    begun, same = [
        json.loads((await tab.post("/import/begin/", **about)).content) for _ in range(2)
    ]
    assert begun == same
    path = f"/import/{begun['id']}/part/"

    async def send(at: int) -> dict[str, Any]:
        part = data[at : at + 1000]
        reply = await tab.request(
            "post", f"{path}?at={at}", data=part, content_type="application/octet-stream"
        )
        said: dict[str, Any] = json.loads(reply.content)
        return said

    assert await send(0) == {"done": 1000, "complete": False}
    assert await send(0) == {"done": 1000, "complete": False}
    assert await send(2000) == {"done": 1000, "complete": False}
    at = 1000
    while at < len(data):
        at = (await send(at))["done"]
    assert await send(0) == {"done": len(data), "complete": True}
    row = await ended(living, f"/import/{begun['id']}/")
    assert counts(await shown(tab, row)) == ["1", "0", "0", "0"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"what": "is this"}', "No conversation was found in this file. Expected was an archive"),
        (b"[]", "No conversation was found"),
        (b"not json", "is no JSON"),
        (archives.zipped({"a.txt": b"words"}), "holds no JSON file"),
        (archives.zipped({"in.zip": archives.zipped({"a.json": []})}), "holds another zip"),
    ],
)
async def test_a_file_that_is_none_is_an_error_that_says_what_was_expected(
    living: Living, tab: Tab, data: bytes, words: str
) -> None:
    row = await imported(living, tab, data)
    assert row.status == "failed"
    assert words in await shown(tab, row)
    assert await living.do(Conversation.objects.count) == 0


async def test_what_came_before_the_damage_is_kept(living: Living, tab: Tab) -> None:
    data = json.dumps([archives.tides(), archives.claude()]).encode()
    row = await imported(living, tab, data[:-40], "conversations.json")
    page = await shown(tab, row)
    assert row.status == "failed"
    assert counts(page) == ["1", "0", "0", "0"]


async def test_an_export_is_a_file_that_this_site_reads_again(living: Living, tab: Tab) -> None:
    await living.do(lambda: archives.house(living.owner))
    reply = await tab.post("/export/make/")
    row = await ended(living, place_of(reply))
    assert row.status == "finished"
    page = (await tab.get(place_of(reply))).content.decode()
    assert f"/export/{row.pk}.zip" in page
    data = await whole(await tab.get(f"/export/{row.pk}.zip"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        account, _ = archive.namelist()
    assert account == "account.json"
    await living.do(Conversation.everything.all().delete)
    assert counts(await shown(tab, await imported(living, tab, data))) == ["1", "0", "0", "0"]
    assert await whole(await tab.get("/export/")) == data


async def test_a_selection_goes_out_alone(living: Living, tab: Tab) -> None:
    first, _ = [await living.do(lambda: archives.house(living.owner)) for _ in range(2)]
    reply = await tab.post("/export/make/", conversations=str(first.pk), htmx=True)
    assert reply.status_code == 204
    path = reply.headers["HX-Redirect"]
    row = await ended(living, path)
    data = await whole(await tab.get(f"/export/{row.pk}.zip"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == [f"conversations/{first.pk}.json"]


async def test_a_download_is_asked_on_from_any_byte(living: Living, tab: Tab) -> None:
    await living.do(lambda: archives.house(living.owner))
    data = await whole(await tab.get("/export/"))
    rest = await tab.get("/export/", range="bytes=100-")
    assert rest.status_code == 206
    assert rest.headers["Content-Range"] == f"bytes 100-{len(data) - 1}/{len(data)}"
    assert await whole(rest) == data[100:]
    some = await tab.get("/export/", range="bytes=5-9")
    assert await whole(some) == data[5:10]
    beyond = await tab.get("/export/", range=f"bytes={len(data)}-")
    assert beyond.status_code == 416


async def test_a_download_that_was_cut_is_asked_on(living: Living, tab: Tab) -> None:
    await living.do(lambda: archives.house(living.owner))
    all_of_it = await whole(await tab.get("/export/"))
    (files.folder() / f"{living.owner.pk}.zip").unlink()
    (files.folder() / f"{living.owner.pk}.cut").write_bytes(all_of_it[:200])
    rest = await tab.get("/export/", range="bytes=200-")
    assert (rest.status_code, await whole(rest)) == (206, all_of_it[200:])
    (files.folder() / f"{living.owner.pk}.zip").unlink()
    (files.folder() / f"{living.owner.pk}.cut").write_bytes(b"x" * 200)
    other = await tab.get("/export/", range="bytes=200-")
    assert (other.status_code, await whole(other)) == (200, all_of_it)


@pytest.mark.parametrize("kind", ["json", "md", "html"])
async def test_a_conversation_is_a_file(living: Living, tab: Tab, kind: str) -> None:
    run = await living.ended("It *is*.\n\n```python\nprint(1)\n```")
    reply = await tab.get(f"/c/{run.conversation_id}/export.{kind}")
    words = (await whole(reply)).decode()
    assert "attachment" in reply.headers["Content-Disposition"]
    if kind == "json":
        assert json.loads(words)["messages"][1]["text"].startswith("It *is*.")
    elif kind == "md":
        assert "\n## teller\n" in words
        assert "It *is*." in words
    else:
        page = parse(words)
        assert "It is." in page.text()
        assert "<style>" in words
        assert "http://" not in words.replace("http://www.w3.org/", "")
        assert "src=" not in words and "<link" not in words and "<script" not in words


async def test_what_never_came_whole_keeps_nobody_from_importing(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.TRANSFERS_AT_ONCE = 2
    begun = []
    for number in range(5):
        reply = await tab.post("/import/begin/", name=f"{number}.json", size="3")
        assert reply.status_code == 200
        begun.append(uuid.UUID(json.loads(reply.content)["id"]))
    left = await living.do(lambda: set(Transfer.objects.values_list("pk", flat=True)))
    assert left == set(begun[-2:])
    assert [files.part(pk).exists() for pk in begun] == [False, False, False, True, True]


async def test_an_imported_answer_that_broke_off_is_resumed_here(living: Living, tab: Tab) -> None:
    data = json.dumps([archives.open_webui()]).encode()
    await imported(living, tab, data, "chats.json")
    broken = await living.do(lambda: Message.objects.get(text="Deep."))
    page = await tab.page(f"/c/{broken.conversation_id}/")
    assert page.all("data-action", "resume")
    reply = await tab.post(f"/m/{broken.pk}/resume/", model="puppet/prefiller")
    assert reply.status_code == 303, reply.content
    talk = await living.puppet.talk()
    await talk.say(" Very deep.")
    await talk.finish()
    await living.until_idle()
    kept = await living.message(broken.pk)
    assert kept.text == "Deep. Very deep."


async def test_a_report_forgets_the_title_of_what_was_deleted_for_good(
    living: Living, tab: Tab
) -> None:
    row = await imported(living, tab, json.dumps([archives.tides()]).encode(), "a.json")
    await living.do(Conversation.everything.all().delete)
    page = await shown(tab, row)
    assert counts(page) == ["1", "0", "0", "0"]
    assert "Of tides" not in page
