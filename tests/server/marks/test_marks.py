"""R16: marks are planted as every kind of secret, and whatever comes out is searched for them."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import secrets
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
import pytest
from django.urls import NoReverseMatch, reverse

from tests.support.doors import DOORS
from tests.support.secrets.shapes import found, shapes
from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

PROVIDERS = """
[[provider]]
name = "Parrot"
format = "chat"
base_url = "{url}/v1"
api_key_env = "MARKED_KEY"
models = ["parrot"]

[[provider]]
name = "Mine"
format = "chat"
base_url = "{url}/v1"
models = ["parrot"]
"""


def mark(kind: str) -> str:
    """With what URLs, JSON and HTML write otherwise, so that each shape differs."""
    return f"mark+{kind}/{secrets.token_hex(6)}&='<"


class Parrot(BaseHTTPRequestHandler):
    """An upstream that repeats all that it was asked with, as a refusal."""

    heard: list[str] = []  # noqa: RUF012 (one server a test)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        key = str(self.headers.get("Authorization", "")).removeprefix("Bearer ")
        self.heard.append(key)
        if json.loads(body or b"{}").get("messages", [{}])[-1].get("content") == "Speak":
            self.speak(key)
            return
        said = f"Incorrect API key provided: {key} ({key!r}). You sent {dict(self.headers)}"
        error = {"message": said, "code": "invalid_api_key", "param": key, "type": key}
        told = json.dumps({"error": error, "key": key, "asked": body.decode()}).encode()
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.send_header("X-Request-Id", key)
        self.end_headers()
        self.wfile.write(told)

    def speak(self, key: str) -> None:
        """An answer that succeeds, and whose headers repeat the key."""
        chunk = json.dumps({"choices": [{"delta": {"content": "Hello"}}]})
        told = f"data: {chunk}\n\ndata: [DONE]\n\n".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Content-Length", str(len(told)))
        self.send_header("X-Request-Id", key)
        self.end_headers()
        self.wfile.write(told)

    do_GET = do_POST  # noqa: N815 (the name is http.server's)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def parrot() -> Iterator[tuple[str, list[str]]]:
    """Its address, and the keys with which it is asked."""
    handler = type("OneParrot", (Parrot,), {"heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", handler.heard  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_every_shape_of_a_mark_is_found() -> None:
    planted = mark("any")
    for told in (
        planted,
        quote(planted),
        json.dumps({"a": planted}),
        *(base64.b64encode(b"x" * n + planted.encode() + b"yy").decode() for n in range(4)),
    ):
        assert found({"key": planted}, "there", told.encode()) == ["the key in there"]
    assert found({"key": planted}, "there", b"mark+any/ is not all of it") == []
    assert min(map(len, shapes(planted))) > 20


class Walk:
    """A visit that keeps whatever is answered, and says where a mark stood in it."""

    def __init__(self, visitor: Visitor, marks: dict[str, str]) -> None:
        self.visitor, self.marks = visitor, marks
        self.leaks: list[str] = []
        self.seen = 0

    def look(self, where: str, data: bytes, *but: str) -> None:
        self.seen += 1
        marks = {name: mark for name, mark in self.marks.items() if name not in but}
        self.leaks += found(marks, where, data)

    def take(self, reply: httpx.Response, *but: str) -> httpx.Response:
        """Headers too, but for the cookie that a session id is sent back in."""
        head = [(name, value) for name, value in reply.headers.raw if name.lower() != b"set-cookie"]
        where = f"{reply.request.method} {reply.request.url.path} ({reply.status_code})"
        self.look(where, reply.content + repr(head).encode(), *but)
        return reply

    async def post(self, path: str, *but: str, **fields: str) -> httpx.Response:
        return self.take(await self.visitor.post(path, **fields), *but)

    async def get(self, path: str, *but: str, **headers: str) -> httpx.Response:
        return self.take(await self.visitor.http.get(path, headers=headers), *but)


SHOWN_TO_ITS_OWNER = {"sharing:share", "sharing:list"}
"""Pages that show the link of a share: to whoever made it, that is what they are for."""


def doors_to(ids: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every door that can be asked by GET, and more: where it leads to nothing it says so."""
    for name, door in DOORS.items():
        nothing = UUID(int=1) if door.whose in ("preset", "transfer", "file") else 1
        if door.whose in ("anybody", "person", "administrator", "share link"):
            args = ["1" if each == "owner" else each for each in door.args]
        elif door.whose == "prompt in line":
            args = [ids["conversation"], str(UUID(int=1))]
        else:
            args = [str(ids.get(door.whose, nothing)), *door.args]
        try:
            yield name, reverse(name, args=args)
        except NoReverseMatch as trouble:
            raise AssertionError(f"{name} with {args}: {trouble}") from trouble


async def test_r16_no_secret_comes_out_anywhere(tmp_path: Path) -> None:
    field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    marks = {name: mark(name) for name in ("provider-key", "stored-key", "own-key", "tool-token")}
    marks |= {"password": mark("password"), "site-secret": secrets.token_urlsafe(48)}
    marks |= {"field-key": field_key}
    with parrot() as (url, heard):
        (tmp_path / "providers.toml").write_text(PROVIDERS.format(url=url))
        site = Site(
            tmp_path / "data",
            CHAT_PROVIDERS=str(tmp_path / "providers.toml"),
            MARKED_KEY=marks["provider-key"],
            FIELD_KEYS=field_key,
            SECRET_KEY=marks["site-secret"],
            LOCAL_PROVIDERS=url.removeprefix("http://"),
            LOCAL_TOOL_SERVERS=url.removeprefix("http://"),
            LOG_LEVEL="DEBUG",
            RECORD_UPSTREAM="on",
        )
        try:
            site.start()
            async with Visitor(site) as visitor:
                walk = Walk(visitor, marks)
                await plant(walk, url)
                await ask(walk)
                await walk_through(walk)
            asked = [marks[name] for name in ("provider-key", "stored-key", "own-key")]
            assert set(asked) <= set(heard), "each key was really asked with"
            walk.look("doctor", (await asyncio.to_thread(doctor, site)).encode())
            copy = tmp_path / "copy.sqlite3"
            await asyncio.to_thread(site.manage, "backup", str(copy))
            walk.look("a backup", copy.read_bytes(), "share-link")
            await asyncio.to_thread(site.terminate)
        finally:
            site.end()
        walk.look("the log", site.running.rest().encode())
    assert {"session", "access-token", "share-link"} <= marks.keys()
    assert not walk.leaks, "\n".join(walk.leaks)
    assert walk.seen > len(DOORS)


def doctor(site: Site) -> str:
    """It may find something wrong; what it prints is all that matters."""
    try:
        return site.manage("doctor")
    except AssertionError as trouble:
        return str(trouble)


async def plant(walk: Walk, url: str) -> None:
    """One secret of each kind, by the forms that people use."""
    marks, visitor = walk.marks, walk.visitor
    for name, value in visitor.http.cookies.items():
        if "sessionid" in name:
            marks["session"] = value
    added = await walk.post(
        *("/providers/add/",),
        name="Stored",
        format="chat",
        base_url=f"{url}/v1",
        resume="",
        key=marks["stored-key"],
    )
    assert added.status_code == 303, added.text
    await walk.post("/providers/stored/models/", typed="parrot")
    await walk.post("/providers/mine/use/", own="only")
    page = await visitor.page("/settings/keys/")
    stamp = page.one("name", "stamp").attributes["value"]
    said = {"provider": "mine", "stamp": stamp, "key": marks["own-key"]}
    assert (await walk.post("/settings/keys/", **said)).status_code == 303
    tool = {"name": "Tool", "url": f"{url}/mcp", "token": marks["tool-token"]}
    await walk.post("/tools/add/", **tool, made=str(UUID(int=9)))
    made = await visitor.post("/settings/tokens/", name="Program", scope="write")
    token = made.text.split("data-token-text>")[1].split("<")[0]
    marks["access-token"] = token


async def ask(walk: Walk) -> None:
    """Answers that fail with all that the upstream repeats, by page, socket, stream and program."""
    visitor = walk.visitor
    for provider in ("parrot", "stored", "mine"):
        sent = await visitor.send(f"Ask {provider}", f"{provider}/parrot")
        watcher = visitor.watch_on(sent)
        await watcher.watch_to_the_end()
        walk.look(f"frames of {provider}", "\n".join(watcher.frames).encode())
        walk.look(f"the page of {provider}", sent.page.outer().encode())
        spoken = await visitor.send("Speak", f"{provider}/parrot")
        await visitor.watch_on(spoken).watch_to_the_end()
        await walk.get(f"/m/{spoken.message}/details/")
        for path in ("retry", "regenerate", "resume"):
            await walk.post(f"/m/{sent.message}/{path}/", model=f"{provider}/parrot")
        await walk.post(f"/providers/{provider}/test/")
        own = {"conversation": sent.conversation, "message": sent.message}
        ids = {**own, "generation": sent.generation}
        for name, path in doors_to(ids):
            if DOORS[name].whose in ids:
                but = ("share-link",) if name in SHOWN_TO_ITS_OWNER else ()
                await walk.get(path, *but)
        bearer = {"Authorization": f"Bearer {walk.marks['access-token']}"}
        for path in (f"/m/{sent.message}/stream/", f"/api/v1/messages/{sent.message}/"):
            walk.take(await httpx_get(visitor, path, bearer))
    shared = await walk.post(f"/c/{sent.conversation}/share/", "share-link", title="Shared")
    links = (await visitor.http.get("/shares/")).text
    assert shared.status_code < 500
    walk.marks["share-link"] = links.split("/s/")[1].split("/")[0]


async def take_export(walk: Walk) -> None:
    """All that is the owner's, unpacked."""
    await walk.post("/export/make/")
    whole = await walk.get("/export/")
    assert whole.status_code == 200
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        for name in archive.namelist():
            walk.look(f"the export's {name}", archive.read(name))


async def set_password(walk: Walk) -> None:
    """The owner's, and it is typed wherever one is asked for."""
    word = walk.marks["password"]
    reply = await walk.post("/password/set/", password1=word, password2=word)
    assert reply.status_code == 302
    for path in ("/login/", "/password/change/", "/account/delete/"):
        typed = {"login": "owner", "password": f"{word}x", "oldpassword": word, "password1": word}
        await walk.post(path, **typed)


async def httpx_get(visitor: Visitor, path: str, headers: dict[str, str]) -> httpx.Response:
    """As a program asks: with a token, and no cookie."""
    async with httpx.AsyncClient(base_url=visitor.site.base_url, trust_env=False) as client:
        return await client.get(path, headers=headers)


async def walk_through(walk: Walk) -> None:
    """Every door by GET, as the owner and as nobody; then what is refused, and errors."""
    visitor = walk.visitor
    stranger = httpx.AsyncClient(base_url=visitor.site.base_url, trust_env=False)
    async with stranger:
        for name, path in doors_to({"conversation": str(UUID(int=2))}):
            but = ("share-link",) if name in SHOWN_TO_ITS_OWNER else ()
            await walk.get(path, *but)
            walk.take(await stranger.get(path))
    await take_export(walk)
    await set_password(walk)
    link = f"/s/{walk.marks['share-link']}/"
    assert (await walk.get(link, "share-link")).status_code == 200
    await walk.get("/nowhere/", Authorization=f"Bearer {walk.marks['access-token']}x")
    for path in ("/send/", "/login/", "/settings/keys/", "/providers/add/", "/tools/add/"):
        refused = {"key": f"{walk.marks['own-key']} {walk.marks['stored-key']}"}
        await walk.post(path, **refused)
        walk.take(await visitor.http.post(path, data=refused))  # without the token of the page
