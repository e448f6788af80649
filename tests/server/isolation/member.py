"""A member of a server that runs, who writes marks of their own and reads all that comes back."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from django.urls import reverse
from websockets import ConnectionClosed, Origin
from websockets.asyncio.client import ClientConnection, connect

from tests.support.doors import DOORS
from tests.support.site import Site

MAKE = """
from uuid import uuid4
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from chatsite.tokens import granting
user = User.objects.create_user({name!r})
browser = Client()
browser.force_login(user)
name = settings.SESSION_COOKIE_NAME
token = granting.make(user, uuid4(), "Mine", "write").text
print(name, browser.cookies[name].value, token)
"""
SOCKET_SECONDS = 1.8
MISSING: dict[str, Any] = {
    **dict.fromkeys(("message", "generation", "project", "saved prompt"), 10**9),
    **{name: uuid.UUID(int=7) for name in ("conversation", "file", "preset", "transfer")},
}
OWNED = [name for name, door in DOORS.items() if door.whose in MISSING]


@dataclass
class Member:
    """`seen` counts replies and frames, by what they answer; `own` are numbers of own things."""

    site: Site
    name: str
    others: str
    """The mark that must never come."""
    http: httpx.AsyncClient
    token: str
    own: dict[str, list[Any]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    random: Random = field(default_factory=Random)

    def mark(self) -> str:
        return f"OWNER-{self.name}-{uuid.uuid4().hex[:8]}"

    def note(self, kind: str, *numbers: Any) -> None:
        self.own.setdefault(kind, []).extend(numbers)

    def looked_at(self, what: str, text: str) -> str:
        """Every reply and frame goes through here."""
        assert self.others not in text, f"{self.name} was shown of the other by {what}: {text}"
        self.seen[what] += 1
        return text

    async def ask(self, method: str, path: str, what: str, **rest: Any) -> httpx.Response:
        reply = await self.http.request(method, path, **rest)
        told = " ".join(f"{name}: {value}" for name, value in reply.headers.items())
        self.looked_at(what, told + reply.content.decode("utf-8", "replace"))
        assert reply.status_code < 500, f"{what}: {reply.status_code}; {self.site.running}"
        return reply

    async def post(self, path: str, what: str, **fields: str) -> httpx.Response:
        name = next(name for name in self.http.cookies if "csrftoken" in name)
        own = {"csrfmiddlewaretoken": self.http.cookies[name], "key": str(uuid.uuid4())}
        return await self.ask("post", path, what, data=own | fields)

    async def send(self) -> None:
        """Begins a conversation, or continues one."""
        known = self.own.get("conversation", [])
        thread = self.random.choice([*known, ""]) if known else ""
        fields = {"prompt": f"{self.mark()} in short", "model": "demo/demo-brief"}
        reply = await self.post("/send/", "send", conversation=str(thread), **fields)
        if reply.status_code != 303 or thread:
            return
        pk = reply.headers["location"].split("/c/")[1].split("/")[0]
        told = (await self.ask("get", f"/api/v1/conversations/{pk}/", "api")).json()
        self.note("conversation", pk)
        self.note("message", *(each["id"] for each in told["messages"]))
        rows = self.site.rows(
            "SELECT id FROM streaming_generation WHERE message_id = ?", told["messages"][-1]["id"]
        )
        self.note("generation", *(row["id"] for row in rows))

    async def make(self) -> None:
        """A file, a project, a saved prompt and a share, each of which says whose it is."""
        file = {"file": (f"{self.mark()}.txt", self.mark().encode(), "text/plain")}
        bearer = {"Authorization": f"Bearer {self.token}"}
        reply = await self.ask("post", "/api/v1/files/", "file", files=file, headers=bearer)
        if reply.status_code == 201:
            self.note("file", reply.json()["id"])
        await self.post("/projects/", "project", title=self.mark())
        await self.post("/prompts/new/", "saved prompt", name=self.mark().lower(), text=self.mark())
        for kind, table in (("project", "project"), ("saved prompt", "savedprompt")):
            rows = self.site.rows(TABLES[table], self.name)
            self.own[kind] = [row["id"] for row in rows]
        if known := self.own.get("conversation"):
            await self.post(f"/c/{self.random.choice(known)}/share/", "share", days="7")

    async def read(self) -> None:
        """A page of one's own, or one that is for everybody."""
        name = self.random.choice(READ)
        kind = DOORS[name].whose
        known = self.own.get(kind) if kind in MISSING else [None]
        if known:
            path = reverse(name, args=address(name, self.random.choice(known)))
            await self.ask("get", path, name)

    async def find(self) -> None:
        words = self.random.choice(["OWNER", "short", "owner a", "b"])
        page = self.random.choice(["/search/", "/palette/", "/models/", "/prompts/menu/"])
        await self.ask("get", page, f"find {page}", params={"q": words})

    async def listen(self) -> None:
        """A socket of one's own: the list, and maybe a thread."""
        known = self.own.get("conversation", [])
        path = f"/ws/c/{self.random.choice(known)}/" if known else "/ws/"
        follow = {"type": "follow", "leaf": None, "generation": None, "after": 0, "status": None}
        await self._hear(path, follow, {"type": "list", "state": "", "rows": 40}, {"type": "ask"})

    async def listen_to(self, other: Member) -> None:
        """A socket at another person's conversation: closed as one at none is."""
        if known := other.own.get("conversation"):
            said = {"type": "follow", "leaf": None, "after": 0}
            for number in (self.random.choice(known), MISSING["conversation"]):
                code = await self._hear(f"/ws/c/{number}/", said, {"type": "ask"})
                assert code == 4404, code

    async def _hear(self, path: str, *said: dict[str, Any]) -> int | None:
        address = self.site.base_url.replace("http", "ws", 1) + path
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        async with connect(
            address,
            origin=Origin(self.site.origin),
            additional_headers={"Cookie": cookies},
            proxy=None,
        ) as socket:
            hearing = asyncio.create_task(self._hear_all(socket))
            with suppress(ConnectionClosed):
                for each in said:
                    await socket.send(json.dumps(each))
            await asyncio.wait([hearing], timeout=SOCKET_SECONDS)
            code = socket.close_code
        await hearing
        return code

    async def _hear_all(self, socket: ClientConnection) -> None:
        """Until it is closed: to give up within a frame that comes in parts would lose its rest."""
        with suppress(ConnectionClosed):
            async for frame in socket:
                self.looked_at("frame", str(frame))

    async def knock_at(self, other: Member) -> None:
        """A door of another person's, and the same of nobody's: one answer, byte for byte."""
        name = self.random.choice(OWNED)
        kind = DOORS[name].whose
        if not (known := other.own.get(kind)):
            return
        told = []
        for number in (self.random.choice(known), MISSING[kind]):
            path = reverse(name, args=address(name, number))
            if DOORS[name].method == "get":
                reply = await self.ask("get", path, "other's")
            else:
                fields = {key: str(value) for key, value in DOORS[name].fields.items()}
                reply = await self.post(path, "other's", **fields)
            assert reply.status_code == 404, f"{name}: {reply.status_code}"
            told.append(without_request_id(reply))
        assert told[0] == told[1], name


READ = [
    name
    for name, door in DOORS.items()
    if door.method == "get"
    and (door.whose in MISSING or door.whose == "person")
    and not name.startswith("conversations:document")
]
TABLES = {
    "project": "SELECT p.id FROM conversations_project p JOIN auth_user u ON u.id = p.owner_id"
    " WHERE u.username = ?",
    "savedprompt": "SELECT p.id FROM prompts_savedprompt p JOIN auth_user u ON u.id = p.owner_id"
    " WHERE u.username = ?",
}


def address(name: str, number: Any) -> list[Any]:
    return [*([number] if DOORS[name].whose in MISSING else []), *DOORS[name].args]


def without_request_id(reply: httpx.Response) -> tuple[list[tuple[str, str]], bytes]:
    """All that was answered but for what is new each time: the request's number and the clock."""
    number = reply.headers.get("x-request-id", "")
    left_out = ("x-request-id", "date")
    headers = [pair for pair in sorted(reply.headers.items()) if pair[0] not in left_out]
    return headers, reply.content.replace(number.encode(), b"") if number else reply.content


async def member(site: Site, name: str, others: str) -> Member:
    """Somebody new, signed in."""
    cookie, session, token = site.manage("shell", "-c", MAKE.format(name=name)).split()[-3:]
    plain = {"Accept-Encoding": "identity"}  # whose length says nothing of random numbers
    http = httpx.AsyncClient(base_url=site.base_url, trust_env=False, timeout=60, headers=plain)
    http.cookies.set(cookie, session, domain="127.0.0.1")
    reply = await http.get("/")
    assert reply.status_code == 200, reply.headers
    return Member(site, name, f"OWNER-{others}-", http, token)
