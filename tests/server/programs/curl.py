"""`curl` as a person runs it in a shell, with a token of the site's owner."""

from __future__ import annotations

import asyncio
import codecs
import json
from dataclasses import dataclass, field

from tests.support.document import parse
from tests.support.site import Site
from tests.support.visitor import Visitor

FORMATS = ("text/event-stream", "application/x-ndjson", "text/plain")


async def new_token(visitor: Visitor, scope: str = "read") -> str:
    reply = await visitor.post("/settings/tokens/", name="curl", scope=scope)
    assert reply.status_code == 200
    return parse(reply.text).one("data-token-text").text()


@dataclass
class CurlReader:
    """Follows an answer through kills: each request goes on where the last one broke off.

    What a killed server cut in the middle, of an event or of a character, does not count.
    """

    site: Site
    message: int
    token: str
    format: str
    text: str = ""
    cursor: str = ""
    end: str = ""
    requests: int = 0
    seen: asyncio.Event = field(default_factory=asyncio.Event)

    async def read_to_the_end(self) -> None:
        while not self.end:
            self.requests += 1
            await self._read()
            await asyncio.sleep(0.05)  # the server may be starting

    async def _read(self) -> None:
        address = f"{self.site.base_url}/m/{self.message}/stream/"
        curl = await asyncio.create_subprocess_exec(
            *("curl", "-sSN", "--fail-with-body", "--noproxy", "*", "--max-time", "60"),
            *("-H", f"Authorization: Bearer {self.token}", "-H", f"Accept: {self.format}"),
            f"{address}?after={self._after()}" if self._after() else address,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        assert curl.stdout is not None
        decoder, pending = codecs.getincrementaldecoder("utf-8")(), ""
        while piece := await curl.stdout.read(4096):
            pending = self._take(pending + decoder.decode(piece))
        status = await curl.wait()
        if self.format == "text/plain" and status == 0:
            self.end = "over"
        if status == 22:
            raise AssertionError(f"refused: {pending} at {self._after()}")

    def _after(self) -> str:
        return str(len(self.text)) if self.format == "text/plain" else self.cursor

    def _take(self, pending: str) -> str:
        """Takes whole events; what is left of one that is not complete."""
        self.seen.set()
        if self.format == "text/plain":
            self.text += pending
            return ""
        between = "\n\n" if self.format == "text/event-stream" else "\n"
        *whole, rest = pending.split(between)
        for each in whole:
            if each and not each.startswith(("retry", ":")):
                self._event(each)
        return rest

    def _event(self, told: str) -> None:
        if self.format == "text/event-stream":
            lines = dict(line.split(": ", 1) for line in told.splitlines())
            name, cursor, facts = lines["event"], lines["id"], json.loads(lines["data"])
        else:
            facts = json.loads(told)
            name, cursor = facts["event"], facts["cursor"]
        self.cursor = cursor
        if name == "text":
            assert facts["from"] == len(self.text), "a character came twice, or is missing"
            self.text += facts["text"]
        else:
            assert name == "end", told
            self.end = facts["status"]
