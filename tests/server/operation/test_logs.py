"""The log of a site: JSON if set so, with request and generation, and never a secret."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

PROMPT = "marked-prompt-zebra"
KEY = "marked-key-giraffe"
TITLE = "marked-title-okapi"

PROVIDERS = """
[[provider]]
name = "Demo"
format = "chat"
base_url = "{url}/v1"
api_key_env = "MARKED_KEY"
models = ["demo-brief", "demo-unauthorized", "demo-broken"]
"""


async def test_r16_nothing_that_is_logged_holds_a_prompt_or_a_key(
    tmp_path: Path, upstream: Upstream
) -> None:
    providers = tmp_path / "providers.toml"
    providers.write_text(PROVIDERS.format(url=upstream.url))
    settings = {"CHAT_PROVIDERS": str(providers), "MARKED_KEY": KEY, "LOG_LEVEL": "DEBUG"}
    site = Site(tmp_path / "data", LOG_FORMAT="json", **settings)
    try:
        site.start()
        async with Visitor(site) as visitor:
            for model in ("demo-brief", "demo-unauthorized", "demo-broken"):
                sent = await visitor.send(f"{PROMPT} for {model}", f"demo/{model}")
                watcher = visitor.watch_on(sent)
                await watcher.watch_to_the_end()
            await visitor.post(f"/c/{sent.conversation}/rename/", title=TITLE)
            await visitor.http.get("/nowhere/", headers={"X-Request-ID": "from-the-proxy"})
            cookie = visitor.cookie_header
        await asyncio.to_thread(site.terminate)
    finally:
        site.end()
    lines = site.running.rest().splitlines()
    everything = "\n".join(lines)
    for secret in (PROMPT, KEY, TITLE, *[part.split("=", 1)[1] for part in cookie.split("; ")]):
        assert secret not in everything, [line for line in lines if secret in line][:3]
    told = [json.loads(line) for line in lines if line.startswith("{")]
    assert all({"time", "level", "logger", "message"} <= entry.keys() for entry in told)
    [lost] = [entry for entry in told if entry["message"] == "Not Found: /nowhere/"]
    assert lost["request"] == "from-the-proxy"
    ended = [entry for entry in told if entry["message"].startswith("Generation")]
    assert {entry["generation"] for entry in ended} >= {sent.generation}
    assert all(entry["request"] for entry in ended)  # the send that began it


async def test_a_request_keeps_the_name_it_was_given_if_that_is_one(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        for said, kept in (("0123456789abcdef", True), ("a b", False), ("x" * 65, False)):
            reply = await visitor.http.get("/healthz", headers={"X-Request-ID": said})
            assert (reply.headers["X-Request-ID"] == said) is kept
            assert len(reply.headers["X-Request-ID"]) >= 8
