"""A signed-in visitor without a browser: pages and forms over HTTP, as without scripts."""

from __future__ import annotations

import uuid
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import TracebackType

import httpx

from tests.support.document import Element, parse
from tests.support.site import Site
from tests.support.watcher import Watcher


@dataclass(frozen=True, slots=True)
class Sent:
    """What a send made, and the page to which it led."""

    conversation: str
    message: int
    generation: int
    page: Element = field(repr=False)


class Visitor(AbstractAsyncContextManager["Visitor"]):
    """The site's owner, signed in: use as `async with Visitor(site) as visitor`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = httpx.AsyncClient(base_url=site.base_url, trust_env=False, timeout=30)
        for name, value in site.cookies.items():
            self.http.cookies.set(name, value, domain="127.0.0.1")
        self.http.event_hooks["response"].append(self._expect_no_secret)
        self._secrets = site.secrets
        self._watchers: list[Watcher] = []

    async def __aenter__(self) -> Visitor:
        await self.page("/")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.http.aclose()
        for watcher in self._watchers:
            self._secrets.expects_none(watcher.address, "\n".join(watcher.frames))

    async def page(self, path: str = "/") -> Element:
        reply = await self.http.get(path, follow_redirects=True)
        assert reply.status_code == 200, f"{path}: {reply.status_code}; {self.site.running}"
        return parse(reply.text)

    async def conversation(self, pk: str) -> Element:
        return await self.page(f"/c/{pk}/")

    @property
    def csrf_token(self) -> str:
        name = next(name for name in self.http.cookies if "csrftoken" in name)
        return self.http.cookies[name]

    @property
    def cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())

    async def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """The reply to a form, as it comes: redirections are not followed."""
        own = {"csrfmiddlewaretoken": self.csrf_token, "key": str(uuid.uuid4())}
        data: dict[str, str | list[str]] = {**own, **fields}
        return await self.http.post(path, data=data)

    async def send(self, prompt: str, model: str, conversation: str = "") -> Sent:
        reply = await self.post("/send/", prompt=prompt, model=model, conversation=conversation)
        assert reply.status_code == 303, f"{reply.status_code} {reply.text}; {self.site.running}"
        page = await self.page(reply.headers["location"])
        article = answers(page)[-1]
        return Sent(
            conversation=page.one("data-conversation").attributes["data-conversation"],
            message=int(article.attributes["data-message"]),
            generation=int(article.attributes["data-generation"]),
            page=page,
        )

    async def stop(self, generation: int) -> httpx.Response:
        return await self.post(f"/g/{generation}/stop/")

    async def watch(self, conversation: str) -> Watcher:
        """A watcher that has the page as it is now; it is not connected yet."""
        return self._watcher(conversation, await self.conversation(conversation))

    def watch_on(self, sent: Sent) -> Watcher:
        """A watcher that has the page to which the send led; it is not connected yet."""
        return self._watcher(sent.conversation, sent.page)

    def _watcher(self, conversation: str, page: Element) -> Watcher:
        address = f"{self.site.base_url.replace('http', 'ws', 1)}/ws/c/{conversation}/"
        watcher = Watcher(page, address, self.site.origin, self.cookie_header)
        self._watchers.append(watcher)
        return watcher

    async def _expect_no_secret(self, reply: httpx.Response) -> None:
        """In a page; what comes as a stream is left to who reads it."""
        if reply.headers.get("content-type", "").startswith("text/html"):
            self._secrets.expects_none(str(reply.url), await reply.aread())


def answers(page: Element) -> list[Element]:
    return page.all("data-role", "assistant")
