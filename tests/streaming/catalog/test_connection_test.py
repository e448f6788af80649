""" "Test connection" on the page of providers: one token is asked for, and what came is shown."""

from __future__ import annotations

import json
from typing import Any

from streaming.db_threads import in_thread
from streaming.models import StoredProvider
from streaming.site import site
from tests.streaming.catalog.desk import (
    KEY,
    Desk,
    desk,
    says,
)
from tests.support.document import parse
from tests.support.network.loopback import Visit, plain

__all__ = ["desk"]


async def test_a_test_asks_for_one_token_and_shows_the_first_words(desk: Desk) -> None:
    await desk.add()
    told = await desk.test("naga", model="beta")
    assert "It answered: “Hello” beta ·" in told
    asked = json.loads(desk.server.asked[-1].body)
    assert (asked["model"], asked["max_tokens"]) == ("beta", 1)
    assert desk.server.asked[-1].body.count(b'"role"') == 1


async def test_a_test_without_script_shows_the_same_on_the_whole_page(desk: Desk) -> None:
    await desk.add()
    reply = await desk.post("naga/test/")
    trial = parse(reply.content.decode()).one("id", "trial-naga")
    assert "It answered: “Hello”" in trial.text()
    assert "alpha" in trial.text()


async def test_a_test_listens_to_a_talkative_server_only_so_long(desk: Desk) -> None:
    async def endless(visit: Visit) -> None:
        await says("word " * 50)(visit) if not visit.body else None
        await visit.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = json.dumps({"choices": [{"delta": {"content": "word " * 10}}]}).encode()
        while True:
            await visit.chunk(b"data: " + chunk + b"\n\n")

    desk.server.answer = endless
    await desk.add()
    told = await desk.test("naga")
    assert told.startswith("It answered: “word word")
    assert len(told) < 300


COMPLAINTS: list[tuple[str, Any, str]] = [
    ("401 No", {"error": {"message": f"bad key {KEY}"}}, "refused the key. Check it"),
    ("401 No", {"error": {"message": "a" * 280 + f" {KEY}"}}, "refused the key. Check it"),
    ("402 No", {}, "no credit left"),
    ("429 No", {"error": {"code": "rate_limit_exceeded"}}, "asks to wait"),
    ("404 No", {"error": {"message": "no model alpha"}}, "does not exist there"),
    ("404 No", {"error": "what?"}, "Is the address right?"),
    ("400 No", {"error": {"message": f"max {KEY}"}}, "rejected the request: max ••••"),
    ("500 No", {"error": {"message": f"oops {KEY}"}}, "had an error. It said: “oops ••••”"),
]


async def test_a_test_tells_what_was_wrong(desk: Desk) -> None:
    await desk.add()
    for status, body, sentence in COMPLAINTS:
        desk.server.answer = plain(status, json.dumps(body).encode(), f"X-Request-Id: r-{KEY}")
        told = await desk.test("naga")
        assert sentence in told, told
        assert "r-••••" in told


async def test_a_server_that_repeats_the_key_does_not_bring_it_into_the_page(desk: Desk) -> None:
    desk.server.answer = says(f"You said {KEY}", f"{KEY[:10]}", f"{KEY[10:]}")
    desk.server.models = ("alpha", f"model-{KEY}")
    await desk.add()
    assert "You said ••••" in await desk.test("naga")
    assert desk.offered()["Naga"] == ["alpha"]


async def test_a_test_of_a_server_that_lists_nothing_says_so(desk: Desk) -> None:
    desk.server.models = ()
    await desk.add()
    assert "lists no models. Add the name of one" in await desk.test("naga")
    assert "Lists no models" in (await desk.page()).one("id", "provider-naga").text()


async def test_a_wrong_address_is_told_from_a_wrong_model(desk: Desk) -> None:
    desk.server.models = ()
    await desk.add(base_url=f"{desk.server.url}/nowhere")
    missing = json.dumps({"error": {"message": "Unknown URL: GET /nowhere/models"}}).encode()
    desk.server.listing = plain("404 No", missing)
    told = await desk.test("naga")
    assert "Is the address right? It said: “Unknown URL: GET /nowhere/models”" in told


async def test_what_a_silent_server_was_seen_to_do_is_not_called_its_words(desk: Desk) -> None:
    desk.server.models = ()
    await desk.add(base_url=f"{desk.server.url}/nowhere")
    desk.server.listing = plain("404 No")
    told = await desk.test("naga")
    assert "Is the address right?" in told
    assert "It said" not in told


async def test_a_test_never_reaches_into_our_own_network(desk: Desk) -> None:
    await desk.add()
    other = desk.server.url.replace("127.0.0.1", "127.0.0.2")
    await in_thread(StoredProvider.objects.update)(base_url=other, sealed_key="")
    told = await desk.test("naga", model="alpha")
    assert "may not be called from here" in told
    assert "LOCAL_PROVIDERS" in told
    assert desk.server.asked == []


async def test_a_provider_that_is_switched_off_can_still_be_tested(desk: Desk) -> None:
    await desk.add()
    await desk.post("naga/switch/", {"enabled": "off"})
    assert list(desk.offered()) == ["Mine"]
    assert "Off" in (await desk.page()).one("id", "provider-naga").text()
    assert "Hello" in await desk.test("naga")
    await desk.post("naga/switch/", {"enabled": "on"})
    assert list(desk.offered()) == ["Mine", "Naga"]


async def test_configured_providers_can_be_tested_and_not_changed(desk: Desk) -> None:
    card = (await desk.page()).one("id", "provider-mine")
    assert "Mine" in card.text()
    links = [link.attributes["href"] for link in card.all("href")]
    assert [link for link in links if "mine" in link] == ["/providers/mine/use/"]
    assert "Hello" in await desk.test("mine")
    for path in ("mine/", "mine/delete/"):
        assert (await desk.get(path)).status_code == 404
    for path in ("mine/", "mine/delete/", "mine/switch/", "mine/models/"):
        assert (await desk.post(path, desk.typed())).status_code == 404
    assert "mine" in site().providers


async def test_the_form_and_the_list_of_a_test_show_no_foreign_html(desk: Desk) -> None:
    desk.server.answer = says("<img src=x onerror=alert(1)>")
    desk.server.models = ("<b>bold</b>", 'a"b')
    await desk.add(name="<script>alert(1)</script>")
    slug = (await in_thread(StoredProvider.objects.get)()).slug
    await desk.test(slug)
    for text in (await desk.get(), await desk.get(f"{slug}/")):
        assert "<script>alert" not in text.content.decode()
        assert "<b>bold" not in text.content.decode()
    assert "<img" not in desk.seen[-3]


async def test_a_list_without_an_envelope_is_offered_and_nothing_is_wrong_with_it(
    desk: Desk,
) -> None:
    bare = [{"id": "meta/llama", "type": "chat"}, {"id": "flux", "type": "image"}, {"id": ""}]
    desk.server.listing = plain("200 OK", json.dumps(bare).encode())
    await desk.add()
    assert desk.offered()["Naga"] == ["meta/llama"]
    assert "It answered: “Hello” meta/llama ·" in await desk.test("naga")
    assert len(desk.server.asked) == 1


async def test_a_page_in_the_place_of_a_list_asks_about_the_address(desk: Desk) -> None:
    desk.server.listing = plain("200 OK", b"<html><title>Welcome</title>")
    await desk.add()
    assert "Is the address right? It said: “Welcome”" in await desk.test("naga")
    assert desk.server.asked == []
