"""One request and its whole reply within bounds, for those who speak to no provider.

The address is judged as it is dialled, no redirect is followed, and no proxy comes from the
environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import httpcore
import httpx

from streaming.providers.http.addresses import AddressPolicy
from streaming.providers.http.client import RefusedConnection, close_client
from streaming.providers.http.guarded_client import open_guarded_client


@dataclass(frozen=True, slots=True)
class Question:
    """What is sent; `headers` and `body` may hold secrets."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bounds:
    """`seconds` for all of it, from the look-up of the name to the last byte."""

    seconds: float
    reply_bytes: int


class NoReply(Exception):
    """There is no reply that can be used. The text says why, and repeats nothing that was sent.

    AddressNotAllowed   it may not be called from here
    Redirected          a secret goes only where it was meant to go
    ReplyTooLarge       or compressed, so that its size is not known
    TookTooLong
    """


class AddressNotAllowed(NoReply):
    pass


class Redirected(NoReply):
    pass


class ReplyTooLarge(NoReply):
    pass


class TookTooLong(NoReply):
    pass


async def exchange(
    policy: AddressPolicy,
    question: Question,
    bounds: Bounds,
    plain: httpcore.AsyncNetworkBackend | None = None,
) -> Reply:
    """The reply, whatever its status but a redirect; raises NoReply. `plain` is for tests."""
    client = open_guarded_client(policy, plain)
    try:
        async with asyncio.timeout(bounds.seconds):
            return await _asked(client, question, bounds.reply_bytes)
    except TimeoutError:
        raise TookTooLong(f"No whole reply within {bounds.seconds:g} seconds.") from None
    except RefusedConnection:
        raise AddressNotAllowed("The address is not in the public Internet.") from None
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise NoReply(f"The connection failed: {type(trouble).__name__}.") from None
    finally:
        await close_client(client)


async def _asked(client: httpx.AsyncClient, question: Question, most: int) -> Reply:
    headers, body = dict(question.headers), question.body or None
    request = client.build_request(question.method, question.url, headers=headers, content=body)
    response = await client.send(request, stream=True)
    try:
        if 300 <= response.status_code < 400:
            raise Redirected("The reply is a redirect.")
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise ReplyTooLarge("The reply is compressed.")
        read = bytearray()
        async for piece in response.aiter_raw():
            read += piece
            if len(read) > most:
                raise ReplyTooLarge(f"The reply has more than {most} bytes.")
        return Reply(response.status_code, dict(response.headers), bytes(read))
    finally:
        await response.aclose()
