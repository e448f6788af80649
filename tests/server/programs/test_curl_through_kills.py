"""`kill -9` at random moments under ten readers by `curl`: each has the stored text, to the byte.

`ROUNDS=1000` with `--timeout=0` makes it the full count; `SEED` chooses other moments.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from tests.server.programs.curl import FORMATS, CurlReader, new_token
from tests.support.isolation.rounds import rounds
from tests.support.kept import kept_answers
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

ROUNDS = 6
READERS = 10
MODELS = ("demo-clock-50-5000", "demo-load-40-6-5000")


async def test_r1_kill_9_under_curl_readers_loses_and_doubles_no_character(
    tmp_path: Path, upstream: Upstream
) -> None:
    moments = Random(int(os.environ.get("SEED") or 17))
    with upstream.site(tmp_path, *MODELS) as site:
        async with Visitor(site) as visitor:
            token = await new_token(visitor)
        read = [await one_round(site, token, moments) for _ in range(rounds(ROUNDS))]
    assert sum(read) > rounds(ROUNDS) * READERS * 20, "the readers saw too little to prove anything"


async def one_round(site: Site, token: str, moments: Random) -> int:
    """How many characters were read before the kill."""
    async with Visitor(site) as visitor:
        models = (f"demo/{MODELS[number % len(MODELS)]}" for number in range(READERS))
        sent = await asyncio.gather(*(visitor.send("Go.", model) for model in models))
    readers = [
        CurlReader(site, one.message, token, FORMATS[number % len(FORMATS)])
        for number, one in enumerate(sent)
    ]
    reading = [asyncio.create_task(reader.read_to_the_end()) for reader in readers]
    await readers[0].seen.wait()
    await asyncio.sleep(moments.uniform(0, 1.5))  # any moment is what is tested
    before = sum(len(reader.text) for reader in readers)
    site.kill()
    await asyncio.to_thread(site.start)
    async with asyncio.timeout(60):
        await asyncio.gather(*reading)
    kept = kept_answers(site)
    for one, reader in zip(sent, readers, strict=True):
        assert kept[one.generation].status == "interrupted"
        assert reader.text.encode() == kept[one.generation].text.encode()
        assert reader.end in ("interrupted", "over")
        assert reader.requests > 1
    return before
