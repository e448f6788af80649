"""What an upstream sent, kept for debugging: when asked for, bounded, never with the key."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from conversations.models import Conversation
from streaming.models import Recording
from streaming.providers.config import ProviderConfig
from streaming.providers.http.recording import BodyRecorder, Recorded, without
from streaming.runs import recordings
from tests import ROOT
from tests.support import rows
from tests.support.living import Living
from tests.support.site import Site
from tests.support.visitor import Visitor
from tests.support.visitor import answers as answers_of

MANAGE = ROOT / "manage.py"
KEY = 'sk-marker/ab"c'


IN_JSON = json.dumps(KEY)[1:-1]


def config(key: str = "") -> ProviderConfig:
    return ProviderConfig("p", "P", "chat", "http://h", key)


def parse_stream(body: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, str(MANAGE), "parse_stream", "chat"]
    done = subprocess.run(command, input=body, capture_output=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def recorded(*pieces: bytes, limit: int = 100, key: str = "") -> Recorded:
    found: list[Recorded] = []
    record = BodyRecorder(limit, found.append)
    record.begin(config(key))
    for piece in pieces:
        record.feed(piece)
    record.end()
    record.end()
    [only] = found
    return only


async def recording_of(living: Living, pk: int) -> Recording | None:
    await recordings.settle()
    return await living.do(lambda: Recording.objects.filter(generation=pk).first())


def test_a_body_is_kept_as_it_came() -> None:
    assert recorded(b"data: a\r\n", b"\r\n\xff") == Recorded("chat", b"data: a\r\n\r\n\xff", False)


@pytest.mark.parametrize(("pieces", "cut"), [((b"12", b"34"), False), ((b"12", b"345"), True)])
def test_no_more_than_the_limit_is_kept(pieces: tuple[bytes, ...], cut: bool) -> None:
    assert recorded(*pieces, limit=4) == Recorded("chat", b"1234", cut)


def test_another_try_takes_the_place_of_the_one_before() -> None:
    found: list[Recorded] = []
    record = BodyRecorder(3, found.append)
    for body in (b"first", b"2"):
        record.begin(config())
        record.feed(body)
        record.end()
    assert found[-1] == Recorded("chat", b"2", False)


@pytest.mark.parametrize("spelling", [KEY, IN_JSON, IN_JSON.replace("/", "\\/")])
def test_the_key_is_blanked_out_however_it_is_spelt(spelling: str) -> None:
    said = without(f"a {spelling} b {spelling}".encode(), KEY)
    assert b"marker" not in said


def test_the_key_is_blanked_out_across_reads_and_at_the_limit() -> None:
    assert recorded(b"a sk-mar", b"ker-long b", key="sk-marker-long").data == b"a [key] b"
    assert recorded(b"a sk-marker-long", limit=9, key="sk-marker-long").data == b"a [key]"


def test_the_oldest_go_when_all_together_are_too_much(owner: User, settings: Any) -> None:
    settings.RECORDINGS_BYTES = 10
    runs = [rows.running(owner, rows.worker()) for _ in range(3)]
    for generation in runs:
        recordings.keep(generation.pk, Recorded("chat", b"12345", False))
    left = Recording.objects.values_list("generation_id", flat=True)
    assert sorted(left) == [generation.pk for generation in runs[1:]]


async def test_nothing_is_recorded_unless_it_was_asked_for(living: Living) -> None:
    answering = await living.answering()
    await answering.says("Yes.")
    generation = await answering.finishes()
    assert await recording_of(living, generation.pk) is None


async def test_the_setting_has_everything_recorded(living: Living, settings: Any) -> None:
    settings.RECORD_UPSTREAM = True
    answering = await living.answering()
    await answering.says("Yes.")
    generation = await answering.finishes()
    found = await recording_of(living, generation.pk)
    assert found is not None
    assert found.format == "chat"
    assert b'"content": "Yes."' in found.data
    assert bytes(found.data).endswith(b"data: [DONE]\n\n")


async def test_a_stopped_answer_of_a_recorded_conversation_is_recorded(living: Living) -> None:
    first = await living.answering()
    generation = await first.finishes()
    await living.do(
        lambda: Conversation.objects.filter(pk=generation.conversation_id).update(
            record_upstream=True
        )
    )
    conversation = await living.do(lambda: Conversation.objects.get(pk=generation.conversation_id))
    answering = await living.answering("And then?", conversation)
    await answering.says("Well,")
    generation = await answering.stops()
    found = await recording_of(living, generation.pk)
    assert found is not None
    assert b'"content": "Well,"' in found.data


def test_the_switch_and_the_file_are_the_owners_alone(owner: User, client: Client) -> None:
    generation = rows.running(owner, rows.worker())
    recordings.keep(generation.pk, Recorded("chat", b"data: {}\n\n", False))
    switch, file = f"/c/{generation.conversation_id}/record/", f"/g/{generation.pk}/recording/"
    assert client.get(file).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(file).status_code == 404
    assert client.post(switch, {"record": "on"}).status_code == 404
    client.force_login(owner)
    assert client.get(switch).status_code == 405
    reply = client.get(file)
    assert reply.content == b"data: {}\n\n"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Content-Type"] == "application/octet-stream"
    assert client.get("/g/999999/recording/").status_code == 404


@pytest.mark.server
async def test_a_recorded_answer_is_downloaded_and_read_again(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        await (await visitor.watch(sent.conversation)).watch_to_the_end()
        reply = await visitor.post(f"/c/{sent.conversation}/record/", record="on")
        assert reply.status_code == 303
        sent = await visitor.send("Tools", "demo/demo-tools", sent.conversation)
        await (await visitor.watch(sent.conversation)).watch_to_the_end()
        shown = await visitor.page(f"/m/{sent.message}/details/")
        links = [element.attributes["href"] for element in shown.all("download")]
        assert links == [f"/g/{sent.generation}/recording/"]
        body = (await visitor.http.get(links[0])).content
        events = await asyncio.to_thread(parse_stream, body)
        said = "".join(event["text"] for event in events if event["type"] == "text")
        page = await visitor.conversation(sent.conversation)
        assert said.strip() in answers_of(page)[-1].text()
        assert events[-1]["type"] == "finish"
        assert [event["name"] for event in events if event["type"] == "tool_start"] == [
            "get_weather",
            "get_time",
        ]
