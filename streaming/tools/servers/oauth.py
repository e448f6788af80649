"""OAuth: an administrator lets this site use a server, and the tokens are renewed from then on.

While the administrator is asked elsewhere, a look at the server's tools waits in this process, for
as long as `PATIENCE_SECONDS`. Who comes back is known by the state, which only that browser has.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from django.conf import settings
from django.utils.translation import gettext
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import (
    OAuthClientInformationFull,
    OAuthClientMetadata,
    OAuthMetadata,
    OAuthToken,
)
from pydantic import AnyUrl

from streaming.db_threads import in_thread
from streaming.tools.servers.grants import Grant
from streaming.tools.servers.listing import CannotLook, look

PATIENCE_SECONDS = 600
MOST_WAITING = 20


class NotAllowedYet(httpx2.RequestError):
    """The server wants an administrator to let this site in."""


class Storage:
    """The grant of a row, as the package wants to read and write it."""

    def __init__(self, grant: Grant) -> None:
        self._grant = grant

    async def get_tokens(self) -> OAuthToken | None:
        said = self._grant.held.get("tokens")
        return OAuthToken.model_validate(said) if said else None

    async def set_tokens(self, tokens: OAuthToken) -> None:
        self._grant.held["tokens"] = tokens.model_dump(mode="json", exclude_none=True)
        seconds = tokens.expires_in
        self._grant.held["expires_at"] = time.time() + seconds if seconds else None
        await in_thread(self._grant.keep)()

    async def get_client_info(self) -> OAuthClientInformationFull | None:
        said = self._grant.held.get("client")
        return OAuthClientInformationFull.model_validate(said) if said else None

    async def set_client_info(self, client_info: OAuthClientInformationFull) -> None:
        self._grant.held["client"] = client_info.model_dump(mode="json", exclude_none=True)


class Provider(OAuthClientProvider):
    """Remembers where tokens are renewed and when they end, which the package forgets."""

    def __init__(self, grant: Grant, door: Waiting | None = None) -> None:
        self._grant = grant
        super().__init__(
            grant.url,
            OAuthClientMetadata(
                client_name="Chatsite",
                redirect_uris=[AnyUrl(f"{settings.PUBLIC_ORIGIN}/tools/callback/")],
                application_type="web",
            ),
            Storage(grant),
            redirect_handler=door.send if door else _refuse,
            callback_handler=door.come_back if door else None,
        )

    async def _initialize(self) -> None:
        await super()._initialize()
        self.context.token_expiry_time = self._grant.held.get("expires_at")
        if said := self._grant.held.get("metadata"):
            self.context.oauth_metadata = OAuthMetadata.model_validate(said)
            self.context.auth_server_url = self._grant.held.get("issuer")

    async def _handle_token_response(self, response: httpx2.Response) -> None:
        if (metadata := self.context.oauth_metadata) is not None:
            self._grant.held["metadata"] = metadata.model_dump(mode="json", exclude_none=True)
            self._grant.held["issuer"] = self.context.auth_server_url
        await super()._handle_token_response(response)

    async def async_auth_flow(
        self, request: httpx2.Request
    ) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        """A server that takes another token, or none, is let alone: only a 401 begins anything."""
        if request.method == "DELETE":  # a farewell is not worth a sign-in
            await self._initialize()
            self._add_auth_header(request)
            yield request
            return
        flow = super().async_auth_flow(request)
        try:
            outgoing = await flow.__anext__()
            while True:
                response = yield outgoing
                outgoing = await flow.asend(response)
        except StopAsyncIteration:
            return
        finally:
            await flow.aclose()


@dataclass(slots=True)
class Answer:
    code: str
    state: str
    issuer: str | None


class Waiting:
    """One administrator who is asked elsewhere."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.url: asyncio.Future[str] = loop.create_future()
        self.answer: asyncio.Future[Answer] = loop.create_future()
        self.task: asyncio.Task[Any] | None = None

    async def send(self, url: str) -> None:
        if not self.url.done():
            self.url.set_result(url)

    async def come_back(self) -> AuthorizationCodeResult:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said = await self.answer
        return AuthorizationCodeResult(code=said.code, state=said.state, iss=said.issuer)


_waiting: dict[str, Waiting] = {}
"""By their states; each leaves it when its task ends."""


async def begin(address: Any, seconds: float) -> tuple[str, Any]:
    """Where to send the administrator; or, if the server wants nobody, what it lists.

    Raises what a look at the tools raises.
    """
    if len(_waiting) >= MOST_WAITING:
        raise CannotLook(gettext("Too many are being asked at once. Try again later."))
    door = Waiting()
    task = door.task = asyncio.create_task(look(address, PATIENCE_SECONDS, door))
    await asyncio.wait([task, door.url], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if not door.url.done():
        task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            raise CannotLook(gettext("It did not answer."))
        return "", task.result()
    url = door.url.result()
    state = state_of(url)
    _waiting[state] = door
    task.add_done_callback(lambda done: _waiting.pop(state, None) and done.exception())
    return url, None


async def finish(answer: Answer, seconds: float) -> Any:
    """What the server lists, now that it lets us in; None where nobody waits for this here."""
    door = _waiting.get(answer.state)
    if door is None or door.task is None or door.answer.done():
        return None
    door.answer.set_result(answer)
    async with asyncio.timeout(seconds):
        return await asyncio.shield(door.task)


def state_of(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("state", [""])[0]


async def _refuse(url: str) -> None:
    raise NotAllowedYet("An administrator has to connect it.")
