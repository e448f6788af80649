"""The kinds of callers that go out to addresses which people or operators wrote.

Each is asked by what the site itself uses, and with a secret of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import TypeAlias

from chatsite.accounts.single_sign_on.configuration import SignOn
from streaming.events import Failed
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig, Timeouts
from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import close_client
from streaming.providers.http.guarded_client import open_guarded_client
from streaming.providers.registry import provider_for
from streaming.tools.servers.address import ServerAddress, Unreachable

MARK = "mark-of-a-secret"
SECONDS = 5.0
Pair: TypeAlias = tuple[str, int]


class Outcome(Enum):
    """What a caller says of a request: REPLIED with anything, or one of its failures."""

    REPLIED = "a reply, useful or not"
    NOT_ALLOWED = "the address may not be called"
    REDIRECTED = "a redirect, not followed"
    FAILED = "no connection"


Ask: TypeAlias = Callable[[str, frozenset[Pair]], Awaitable[Outcome]]


async def provider(url: str, local: frozenset[Pair]) -> Outcome:
    """As one that was typed into the page of providers."""
    client = open_guarded_client(AddressPolicy(local))
    timeouts = Timeouts(connect=SECONDS, first_byte=SECONDS)
    config = ProviderConfig("p", "P", "chat", url, api_key=MARK, timeouts=timeouts)
    request = ChatRequest("m", (ChatMessage("user", "Hi"),))
    try:
        events = [
            event async for batch in provider_for(config, client).stream(request) for event in batch
        ]
    finally:
        await close_client(client)
    failed = next((event for event in events if isinstance(event, Failed)), None)
    if failed is None:
        return Outcome.REPLIED
    if failed.code == "address_refused":
        return Outcome.NOT_ALLOWED
    if failed.kind == "connection" or failed.code == "request":  # the address is none
        return Outcome.FAILED
    return Outcome.REDIRECTED if str(failed.code).startswith("3") else Outcome.REPLIED


async def tool_server(url: str, local: frozenset[Pair]) -> Outcome:
    """As one that was typed into the page of tools."""
    from streaming.tools.servers.client import ServerFailed, session

    address = ServerAddress("S", url, {"Authorization": f"Bearer {MARK}"}, None, local)
    try:
        async with session(address, SECONDS) as asking:
            await asking.list_page(None)
    except (Unreachable, ServerFailed) as trouble:
        said = str(trouble)
        if "LOCAL_TOOL_SERVERS" in said or "port is not one" in said:
            return Outcome.NOT_ALLOWED
        if "Redirects are not followed" in said:
            return Outcome.REDIRECTED
        return Outcome.FAILED if "cannot be reached" in said else Outcome.REPLIED
    return Outcome.REPLIED


async def sign_on(url: str, local: frozenset[Pair]) -> Outcome:
    """As the session that asks for tokens, in a thread as views have one."""
    from chatsite.accounts.single_sign_on.transport import NotSent, guarded_session

    configured = SignOn(url, "client", MARK, "P", local=local)

    def ask() -> Outcome:
        with guarded_session(configured) as session:
            try:
                session.post(url, data={"code": "1"}, auth=("client", MARK))
            except NotSent as trouble:
                said = str(trouble)
                if "public Internet" in said:
                    return Outcome.NOT_ALLOWED
                return Outcome.REDIRECTED if "redirect" in said else Outcome.FAILED
        return Outcome.REPLIED

    return await asyncio.to_thread(ask)


CALLERS: Mapping[str, Ask] = {
    "provider": provider,
    "tool server": tool_server,
    "sign-on": sign_on,
}
