"""Pictures that an answer names by their address: fetched once, bounded, known by their content.

No browser is sent to such an address: whoever wrote the answer would learn who reads it.
"""

import asyncio
from base64 import b64encode
from collections.abc import Sequence
from urllib.parse import urlsplit

import httpx

from streaming.events import Event, PictureMade, Warned
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.formats.framing.kept_pictures import PICTURES
from streaming.providers.http.client import Client

SECONDS = 60.0
"""For all pictures of one answer."""

NOT_FETCHED = "picture_not_fetched"
"""The warning's code for a picture that stays where it lies."""

_TYPES = ", ".join(PICTURES.values())


class FetchedPictures:
    """Replaces the addresses of one answer's pictures by the pictures.

    What lies where the provider itself is comes by its own client, all else by the `guarded` one.
    """

    def __init__(
        self, config: ProviderConfig, own: Client, guarded: Client | None, largest: int
    ) -> None:
        self._home = _origin(config.base_url)
        self._own, self._guarded = own, guarded
        self._largest = largest
        self._seconds = SECONDS

    async def replace(self, events: Sequence[Event]) -> list[Event]:
        return [
            await self._fetched(event)
            if isinstance(event, PictureMade) and not event.data
            else event
            for event in events
        ]

    async def _fetched(self, picture: PictureMade) -> Event:
        started = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(self._seconds):
                data = await self._read(picture.url)
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, ValueError):
            data = b""
        finally:
            self._seconds -= asyncio.get_running_loop().time() - started
        text = b64encode(data).decode()
        kind = next((kind for mark, kind in PICTURES.items() if text.startswith(mark)), "")
        if kind:
            return PictureMade(kind, text)
        return Warned(NOT_FETCHED, clip(picture.url))

    async def _read(self, url: str) -> bytes:
        """The whole picture; empty where it is too large, or cannot be had."""
        client = self._client_for(url)
        if client is None:
            return b""
        request = client.build_request("GET", url, headers={"Accept": _TYPES})
        response = await client.send(request, stream=True)
        body = bytearray()
        try:
            if response.status_code != 200 or "content-encoding" in response.headers:
                return b""
            async for piece in response.aiter_raw():
                body += piece
                if len(body) > self._largest:
                    return b""
        finally:
            await response.aclose()
        return bytes(body)

    def _client_for(self, url: str) -> Client | None:
        if _origin(url) == self._home:
            return self._own
        return self._guarded if url.startswith("https://") else None


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Raises ValueError where the address is none."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
