"""A session with a server, and its failures as sentences."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import mcp_types as types
from django.conf import settings
from django.utils.translation import gettext
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.auth import OAuthFlowError
from mcp.client.streamable_http import streamable_http_client
from pydantic import ValidationError

from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.http.addresses import AddressPolicy, AddressRefused
from streaming.tools.servers.address import ServerAddress, Unreachable, not_allowed
from streaming.tools.servers.guarded import (
    CONNECT_SECONDS,
    AddressNotAllowed,
    GuardedTransport,
    RedirectRefused,
    TooMuch,
)
from streaming.tools.servers.oauth import NotAllowedYet, Provider, Waiting

logging.getLogger("mcp").setLevel(logging.CRITICAL)  # it would write what servers say
logging.getLogger("client").setLevel(logging.CRITICAL)


class ServerFailed(Exception):
    """The server was reached and did not do what was asked, in a sentence."""


OAUTH = (NotAllowedYet, OAuthFlowError)
_NO_MCP = "Unexpected content type"
OURS = (asyncio.CancelledError, KeyboardInterrupt, SystemExit, Unreachable, ServerFailed)


class Session:
    """What is asked of a server. It raises MCPError and whatever the transport does."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def list_page(self, cursor: str | None) -> types.ListToolsResult:
        params = types.PaginatedRequestParams(cursor=cursor)
        request = types.ListToolsRequest(params=params)
        return await self._client.session.send_request(request, types.ListToolsResult)

    async def call(self, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
        """Results are not held against the schema of the server: that is code of its own."""
        params = types.CallToolRequestParams(name=name, arguments=arguments)
        request = types.CallToolRequest(params=params)
        return await self._client.session.send_request(request, types.CallToolResult)


@asynccontextmanager
async def session(
    address: ServerAddress, seconds: float, door: Waiting | None = None
) -> AsyncIterator[Session]:
    """A session that lasts as long as the block; raises Unreachable or ServerFailed.

    What is raised inside it once it is open counts as the server's failure.
    """
    transport: GuardedTransport | None = None
    opened = False
    try:
        async with asyncio.timeout(seconds):
            if address.program is not None:
                program = address.program
                parameters = StdioServerParameters(
                    command=program.command, args=list(program.args), env=dict(program.env)
                )
                async with Client(parameters, cache=None) as client:
                    opened = True
                    yield Session(client)
                return
            policy = AddressPolicy(address.local)
            policy.check_url(address.url)
            transport = GuardedTransport(policy, settings.TOOL_REPLY_BYTES)
            async with _http(address, transport, seconds, door) as http:
                wire = streamable_http_client(
                    address.url,
                    http_client=http,
                    max_sse_event_size=settings.TOOL_REPLY_BYTES,
                )
                async with Client(wire, cache=None) as client:
                    opened = True
                    yield Session(client)
    except AddressRefused as refused:
        raise Unreachable(not_allowed(refused)) from None
    except (Exception, BaseExceptionGroup) as trouble:  # noqa: BLE001 (the package's, any)
        _let_pass(trouble)
        first = next(_leaves(trouble))
        if transport is not None and transport.trouble and not isinstance(first, OAUTH):
            first = transport.trouble
        sentence = _sentence(first, seconds)
        raise (ServerFailed if opened else Unreachable)(sentence) from None


def _http(
    address: ServerAddress, transport: GuardedTransport, seconds: float, door: Waiting | None
) -> Any:
    grant = address.grant
    auth = Provider(grant, door) if grant and (door or grant.held) and not address.headers else None
    return httpx2.AsyncClient(
        transport=transport,
        headers={
            "User-Agent": "chatsite",
            "Accept-Encoding": "identity",
            **address.headers,
        },
        auth=auth,
        follow_redirects=False,
        trust_env=False,
        timeout=httpx2.Timeout(CONNECT_SECONDS, read=seconds),
    )


def _let_pass(trouble: BaseException) -> None:
    """Raises what is no failure of a server."""
    for each in _leaves(trouble):
        if isinstance(each, OURS):
            raise each


def _leaves(trouble: BaseException) -> Iterator[BaseException]:
    if isinstance(trouble, BaseExceptionGroup):
        for each in trouble.exceptions:
            yield from _leaves(each)
    else:
        yield trouble


def _sentence(trouble: BaseException, seconds: float) -> str:
    match trouble:
        case TimeoutError() | httpx2.TimeoutException():
            return gettext("It did not answer within %(seconds)d seconds.") % {"seconds": seconds}
        case AddressNotAllowed():
            return not_allowed(trouble)
        case RedirectRefused():
            return gettext("It sends us to another address. Redirects are not followed.")
        case NotAllowedYet() | OAuthFlowError():
            return gettext("It wants an administrator to connect it.")
        case TooMuch() | httpx2.SSEError():
            return gettext("It sent more than is taken in.")
        case httpx2.HTTPStatusError():
            return gettext("It refuses us: it wants a token, or another one.")
        case MCPError() if _is_no_mcp(trouble.error):
            return gettext("It does not answer as MCP servers do.")
        case MCPError():
            said = clip(trouble.error.message, 300) or ""
            return gettext("It reports an error: %(said)s") % {"said": said}
        case ValidationError() | httpx2.DecodingError():
            return gettext("It does not answer as MCP servers do.")
        case httpx2.ConnectError() | FileNotFoundError() | PermissionError():
            return gettext("It cannot be reached.")
        case _:
            return gettext("The connection to it broke.")


def _is_no_mcp(error: types.ErrorData) -> bool:
    return error.code == types.PARSE_ERROR or _NO_MCP in error.message
