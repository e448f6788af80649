"""What an upstream sent, byte for byte, for those who look into an answer that went wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple

from streaming.providers.config import ProviderConfig, WireFormat

REDACTED = b"[key]"


class Recorded(NamedTuple):
    """A body as it came, decoded; `cut` if it was longer than what is kept of it."""

    format: WireFormat
    data: bytes
    cut: bool


class BodyRecorder:
    """Records the body of a run's answer; of several tries the last one.

    At most `limit` bytes, and never the key, should upstream repeat it. No headers and nothing
    that was sent. `on_end` is handed each body once it has ended, however it did.
    """

    def __init__(self, limit: int, on_end: Callable[[Recorded], None]) -> None:
        self._limit = limit
        self._on_end = on_end
        self._config: ProviderConfig | None = None
        self._data = bytearray()
        self._cut = False

    def begin(self, config: ProviderConfig) -> None:
        """A body from this provider follows."""
        self._config, self._data, self._cut = config, bytearray(), False

    def feed(self, data: bytes) -> None:
        room = self._limit - len(self._data)
        self._data += data[:room]
        self._cut = self._cut or len(data) > room

    def end(self) -> None:
        """Does nothing where no body had begun."""
        config, self._config = self._config, None
        if config is not None:
            data = without(bytes(self._data), config.api_key)
            self._on_end(Recorded(config.format, data, self._cut))


def without(data: bytes, key: str) -> bytes:
    """The data with the key blanked out, as it is and as JSON writes it, also if its end is cut."""
    for spelling in {key, json.dumps(key)[1:-1], json.dumps(key)[1:-1].replace("/", "\\/")}:
        if not spelling:
            continue
        secret = spelling.encode()
        data = data.replace(secret, REDACTED)
        begun = next((n for n in range(len(secret) - 1, 3, -1) if data.endswith(secret[:n])), 0)
        data = data[: len(data) - begun] + (REDACTED if begun else b"")
    return data
