"""A server that wants somebody to sign in first: there, back, and from then on without anybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import User

from conversations.audit.models import Act
from streaming.tools.models import Tool, ToolServer
from streaming.tools.servers.address import address_of
from streaming.tools.servers.calls import call
from streaming.tools.servers.grants import grant_of
from tests.streaming.tools.test_hostile import HELLO, http, result
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab

CODE = "marker-code-1"


@dataclass
class Guarded:
    """A server of tools and its authorization server in one; `tokens` are those that it takes."""

    port: int = 0
    tokens: list[str] = field(default_factory=list)
    exchanged: list[dict[str, list[str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0] or 0)
        writer.write(self.reply(head, (await reader.readexactly(length)).decode()))
        await writer.drain()
        writer.close()

    def reply(self, head: str, body: str) -> bytes:
        path = head.split()[1]
        if path.startswith("/.well-known/oauth-protected-resource"):
            return said({"resource": f"{self.url}/mcp", "authorization_servers": [self.url]})
        if path.startswith("/.well-known/"):
            ends = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("token", "registration")}
            ends["authorization_endpoint"] = f"{self.url}/authorize"
            return said({"issuer": self.url, "response_types_supported": ["code"], **ends})
        if path == "/registration":
            asked = {"client_id": "us", "token_endpoint_auth_method": "none"}
            return said({**json.loads(body), **asked}, "201 Created")
        if path == "/token":
            self.exchanged.append(parse_qs(body))
            self.tokens = [f"marker-token-{len(self.exchanged)}"]
            token = {"access_token": self.tokens[0], "refresh_token": "marker-refresh"}
            return said({**token, "token_type": "Bearer", "expires_in": 3600})
        return self.tool(head, body)

    def tool(self, head: str, body: str) -> bytes:
        if not any(f"Bearer {token}\r" in head for token in self.tokens):
            refused = http(b"", status="401 No")
            named = f"{self.url}/.well-known/oauth-protected-resource"
            challenge = f'\r\nWWW-Authenticate: Bearer resource_metadata="{named}"\r\n'
            return refused.replace(b"\r\n", challenge.encode(), 1)
        message = json.loads(body or "{}")
        if message.get("method") == "initialize":
            return result(message, HELLO)
        if message.get("method") == "tools/list":
            schema = {"type": "object"}
            return result(message, {"tools": [{"name": "secret", "inputSchema": schema}]})
        if message.get("method") == "tools/call":
            return result(message, {"content": [{"type": "text", "text": "let in"}]})
        return http(b"", status="202 Accepted" if "id" not in message else "404 No")


def said(value: Any, status: str = "200 OK") -> bytes:
    return http(json.dumps(value).encode(), status=status)


@pytest.fixture
async def guarded(settings: Any) -> AsyncIterator[Guarded]:
    place = Guarded()
    listening = await asyncio.start_server(place.serve, "127.0.0.1", 0)
    place.port = listening.sockets[0].getsockname()[1]
    settings.LOCAL_TOOL_SERVERS = {("127.0.0.1", place.port)}
    async with listening:
        yield place


async def administrator(living: Living, name: str) -> Tab:
    tab = Tab()
    await tab.sign_in(await living.do(lambda: User.objects.create_superuser(name)))
    return tab


async def test_a_server_that_wants_a_sign_in(living: Living, guarded: Guarded) -> None:
    chief, other = await administrator(living, "chief"), await administrator(living, "other")
    await chief.post("/tools/add/", name="Mine", url=f"{guarded.url}/mcp")
    refused = await chief.post("/tools/mine/look/")
    shown = (await chief.get(refused["Location"])).content.decode()
    assert "It refuses us: it wants a token, or another one." in shown

    asked = parse((await chief.post("/tools/mine/connect/")).content.decode())
    (link,) = [one for one in asked.all("data-action") if "href" in one.attributes]
    query = parse_qs(urlsplit(link.attributes["href"]).query)
    assert query["redirect_uri"][0].endswith("/tools/callback/")
    assert query["code_challenge_method"] == ["S256"]
    state = query["state"][0]

    stranger = await other.post("/tools/callback/", code=CODE, state=state)
    assert stranger["Location"].endswith("?done=strange")
    assert guarded.exchanged == []
    came = await chief.get(f"/tools/callback/?code={CODE}&state={state}")
    assert "One step is left" in came.content.decode()
    assert guarded.exchanged == []
    done = await chief.post("/tools/callback/", code=CODE, state=state)
    assert done["Location"] == "/tools/mine/?done=connected"
    assert await living.do(lambda: Tool.objects.get().name) == "secret"
    acts = await living.do(lambda: list(Act.objects.values_list("what", "thing").order_by("-pk")))
    assert acts[0] == ("server-connected", "mine")
    again = await chief.post("/tools/callback/", code=CODE, state=state)
    assert again["Location"].endswith("?done=strange")
    assert len(guarded.exchanged) == 1

    row = await living.do(ToolServer.objects.get)
    assert "marker" not in row.sealed_grant
    page = (await chief.get("/tools/mine/")).content.decode()
    assert "marker" not in page
    address = await living.do(lambda: address_of(row))
    assert (await call(address, "secret", {})).text == "let in"


async def test_a_token_that_ended_is_renewed_and_kept(living: Living, guarded: Guarded) -> None:
    chief = await administrator(living, "chief")
    await chief.post("/tools/add/", name="Mine", url=f"{guarded.url}/mcp")
    asked = parse((await chief.post("/tools/mine/connect/")).content.decode())
    (link,) = [one for one in asked.all("data-action") if "href" in one.attributes]
    state = parse_qs(urlsplit(link.attributes["href"]).query)["state"][0]
    await chief.post("/tools/callback/", code=CODE, state=state)

    def aged() -> Any:
        grant = grant_of(ToolServer.objects.get())
        grant.held["expires_at"] = 1.0
        grant.keep()
        return address_of(ToolServer.objects.get())

    address = await living.do(aged)
    assert (await call(address, "secret", {})).text == "let in"
    assert guarded.exchanged[-1]["grant_type"] == ["refresh_token"]
    kept = await living.do(lambda: grant_of(ToolServer.objects.get()).held)
    assert kept["tokens"]["access_token"] == "marker-token-2"

    guarded.tokens = []  # taken back over there
    gone = await call(address, "secret", {})
    assert gone.text == "Mine: It wants an administrator to connect it."
    assert not gone.may_have_run
