"""What cannot be sent: each time a clear sentence says so, and the text stays in the box."""

from __future__ import annotations

import asyncio
import json
import uuid

import httpx
import pytest

from tests.support.document import parse
from tests.support.kept import kept_answers
from tests.support.site import Site, free_port
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, answers

pytestmark = pytest.mark.server

MOST_BYTES = 262_144


async def refused(site: Site, prompt: str, model: str = "demo/demo-brief") -> tuple[str, str]:
    """What the page says after a refused send, and what is in its box."""
    async with Visitor(site) as visitor:
        before = len(kept_answers(site))
        reply = await visitor.post("/send/", prompt=prompt, model=model, conversation="")
        assert 400 <= reply.status_code < 500
        assert len(kept_answers(site)) == before
    page = parse(reply.text)
    assert "Traceback" not in reply.text
    return page.one("id", "composer").text(), page.one("name", "prompt").text()


async def test_an_empty_prompt_is_refused(shared_site: Site) -> None:
    said, _ = await refused(shared_site, "  \n ")
    assert "Write something first." in said


async def test_l1_a_prompt_at_the_limit_is_taken(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("ä" * (MOST_BYTES // 2), "demo/demo-brief")
        page = await visitor.conversation(sent.conversation)
        assert page.one("data-role", "user").text().count("ä") == MOST_BYTES // 2


async def test_l1_a_prompt_past_the_limit_is_refused_and_kept(shared_site: Site) -> None:
    prompt = "x" * (MOST_BYTES + 1)
    said, kept = await refused(shared_site, prompt)
    assert "262,145" in said
    assert "262,144" in said
    assert kept.strip() == prompt


async def test_an_unknown_model_is_named_and_the_prompt_kept(shared_site: Site) -> None:
    said, kept = await refused(shared_site, "Still here", "demo/no-such-model")
    assert "no-such-model" in said
    assert kept.strip() == "Still here"


@pytest.mark.parametrize("prompt", ["a\0b", "a\ud800b"])
async def test_what_no_database_takes_is_replaced(shared_site: Site, prompt: str) -> None:
    body = (
        b"prompt="
        + "".join(f"%{byte:02x}" for byte in prompt.encode("utf-8", "surrogatepass")).encode()
    )
    async with Visitor(shared_site) as visitor:
        token = {"csrfmiddlewaretoken": visitor.csrf_token, "key": str(uuid.uuid4())}
        rest = str(httpx.QueryParams({"model": "demo/demo-brief", "conversation": ""} | token))
        reply = await visitor.http.post(
            "/send/",
            content=body + b"&" + rest.encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert reply.status_code == 303
        page = await visitor.page(reply.headers["location"])
        said = page.one("data-role", "user").text()
        assert "a\N{REPLACEMENT CHARACTER}" in said
        assert said.strip().endswith("b")


async def test_r8_the_same_key_is_sent_once(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        fields = {"prompt": "Once", "model": "demo/demo-brief", "conversation": ""}
        key = str(uuid.uuid4())
        before = len(kept_answers(shared_site))
        first = await visitor.post("/send/", **fields, key=key)
        second = await visitor.post("/send/", **fields, key=key)
        assert first.headers["location"] == second.headers["location"]
        assert len(kept_answers(shared_site)) == before + 1


async def test_r10_a_second_prompt_while_an_answer_is_written_waits_in_line(
    shared_site: Site,
) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("First", "demo/demo-silent")
        second = await visitor.send("Second", "demo/demo-brief", sent.conversation)
        assert second.generation == sent.generation
        assert len(answers(second.page)) == 1
        [queued] = second.page.all("data-queued")
        assert "Second" in queued.text()
        await visitor.stop(sent.generation)


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "not JSON",
        "[]",
        '{"type":"nothing"}',
        '{"type":"follow","after":"x"}',
        '{"type":"ack"}',
        "[" * 2000,
        b"\xff\x00",
    ],
)
async def test_a_malformed_socket_frame_is_answered_and_the_socket_stays_open(
    shared_site: Site, frame: str | bytes
) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = await visitor.watch(sent.conversation)
        async with watcher.connected(follow=False) as socket:
            await socket.send(frame)
            answer = json.loads(await socket.recv(decode=True))
            assert answer["type"] == "error"
            assert answer["message"]
            await watcher.follow(socket)
            while watcher.status == "running":
                await watcher.take_in_one(socket)


async def test_ten_malformed_frames_close_the_socket_for_good(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = await visitor.watch(sent.conversation)
        async with watcher.connected(follow=False) as socket:
            for _ in range(10):
                await socket.send("nonsense")
            await asyncio.wait_for(socket.wait_closed(), 30)
            assert socket.close_code == 4400


async def test_a_stranger_to_the_socket_is_turned_away(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = await visitor.watch(sent.conversation)
        watcher.cookies = ""
        async with watcher.connected(follow=False) as socket:
            await asyncio.wait_for(socket.wait_closed(), 30)
            assert socket.close_code == 4401


@pytest.mark.parametrize(
    ("model", "says", "action"),
    [
        ("demo-unauthorized", "refused the key", None),
        ("demo-broken", "had an error", "retry"),
    ],
)
async def test_an_error_of_the_provider_is_a_sentence_under_the_answer(
    shared_site: Site, model: str, says: str, action: str | None
) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", f"demo/{model}")
        watcher = await visitor.watch(sent.conversation)
        await watcher.watch_to_the_end()
        page = await visitor.conversation(sent.conversation)
        article = answers(page)[-1]
        assert article.attributes["data-status"] == "failed"
        assert says in article.text()
        offered = {element.attributes["data-action"] for element in article.all("data-action")}
        assert (action in offered) if action else not offered & {"retry", "resume"}


async def test_an_unreachable_provider_is_said_on_the_page(
    tmp_path_factory: pytest.TempPathFactory, upstream: Upstream
) -> None:
    folder = tmp_path_factory.mktemp("unreachable")
    with upstream.site(folder, "demo-brief", url=f"http://127.0.0.1:{free_port()}") as site:
        async with Visitor(site) as visitor:
            sent = await visitor.send("Anybody there?", "demo/demo-brief")
            watcher = await visitor.watch(sent.conversation)
            await watcher.watch_to_the_end()
            article = answers(await visitor.conversation(sent.conversation))[-1]
            assert "connection to the provider broke off" in article.text()
            assert article.all("data-action", "retry")
