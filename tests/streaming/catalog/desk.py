"""The pages of providers, used by an administrator, with a server on this machine to connect to.

Whatever happens, the marker key may be in no response and in no log: the fixture looks.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from streaming import lifecycle
from streaming.db_threads import in_thread
from streaming.models import StoredProvider
from streaming.providers.config import ProviderConfig
from streaming.site import site
from tests.support.document import Element, parse
from tests.support.network.loopback import (
    CHUNKED,
    Handler,
    Loopback,
    Visit,
    loopback,
    plain,
)

KEY = "marker-key-51d0c9e4"


@dataclass
class Server:
    """An upstream of format chat: it lists `models`, and answers by `answer`."""

    place: Loopback = field(default_factory=Loopback)
    models: tuple[str, ...] = ("alpha", "beta", "gamma")
    answer: Handler = field(default_factory=lambda: says("Hello"))
    listing: Handler | None = None

    async def serve(self, visit: Visit) -> None:
        if not visit.head.startswith(b"GET "):
            await self.answer(visit)
            return
        listed = json.dumps({"data": [{"id": model} for model in self.models]}).encode()
        await (self.listing or plain("200 OK", listed))(visit)

    @property
    def url(self) -> str:
        return self.place.url

    @property
    def asked(self) -> list[Visit]:
        """The requests for an answer."""
        return [visit for visit in self.place.visits if visit.head.startswith(b"POST ")]


def says(*texts: str) -> Handler:
    async def answer(visit: Visit) -> None:
        await visit.send(CHUNKED)
        for text in texts:
            chunk = {"choices": [{"delta": {"content": text}}]}
            await visit.chunk(b"data: " + json.dumps(chunk).encode() + b"\n\n")
        await visit.chunk(b"data: [DONE]\n\n")
        await visit.end()

    return answer


@dataclass
class Desk:
    """An administrator at the pages. Every answer that came is kept."""

    server: Server
    client: Client
    seen: list[str] = field(default_factory=list)

    async def get(self, path: str = "", *, client: Client | None = None) -> Any:
        return await self._keep((client or self.client).get, f"/providers/{path}")

    async def post(
        self,
        path: str,
        fields: Mapping[str, str] | None = None,
        *,
        client: Client | None = None,
        htmx: bool = False,
    ) -> Any:
        headers = {"HX-Request": "true"} if htmx else {}
        send = (client or self.client).post
        return await self._keep(send, f"/providers/{path}", dict(fields or {}), headers=headers)

    async def _keep(self, send: Any, *args: Any, **named: Any) -> Any:
        reply: HttpResponse = await in_thread(send)(*args, **named)
        self.seen.append(reply.content.decode() + str(reply.headers))
        return reply

    async def page(self, path: str = "") -> Element:
        reply = await self.get(path)
        assert reply.status_code == 200, reply.content.decode()
        return parse(reply.content.decode())

    async def add(self, **fields: str) -> str:
        """A provider at the server of the test; its short name."""
        reply = await self.post("add/", self.typed(**fields))
        assert reply.status_code == 303, said(parse(reply.content.decode()))
        return str(reply.headers["Location"]).split("/")[2]

    def typed(self, **fields: str) -> dict[str, str]:
        """What is in the form."""
        usual = {"name": "Naga", "format": "chat", "base_url": self.server.url, "key": KEY}
        return usual | {"resume": ""} | fields

    async def test(self, slug: str, **fields: str) -> str:
        """What the page says of a test."""
        reply = await self.post(f"{slug}/test/", fields, htmx=True)
        assert reply.status_code == 200
        return " ".join(parse(reply.content.decode()).text().split())

    async def row(self, slug: str = "naga") -> StoredProvider:
        return await in_thread(StoredProvider.objects.get)(slug=slug)

    def offered(self) -> dict[str, list[str]]:
        """What the picker of models offers in this process."""
        offers = site().menu.offers()
        return {config.name: [choice.model for choice in choices] for config, choices in offers}


def said(page: Element) -> str:
    """The complaints on a page."""
    return " ".join(element.text() for element in page.all("class", "error"))


@pytest.fixture
async def desk(
    transactional_db: None, settings: Any, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Desk]:
    caplog.set_level(logging.DEBUG)
    server = Server()
    async with loopback(server.serve) as server.place:
        settings.LOCAL_PROVIDERS = frozenset({("127.0.0.1", urlsplit(server.url).port)})
        settings.PROVIDERS = (
            ProviderConfig("mine", "Mine", "chat", server.url, KEY, models=("own-model",)),
        )
        await lifecycle.ensure_started()
        client = await in_thread(signed_in)("admin", is_staff=True)
        desk = Desk(server, client)
        yield desk
        await lifecycle.stop()
    told = "\n".join(desk.seen) + caplog.text
    assert KEY not in told
    assert KEY[:14] not in told


def signed_in(name: str, *, is_staff: bool = False) -> Client:
    client = Client()
    client.force_login(User.objects.create_user(name, is_staff=is_staff))
    return client
