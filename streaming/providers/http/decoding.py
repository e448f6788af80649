"""Decodes a Content-Encoding that was not asked for, and is safe from decompression bombs."""

import zlib
from collections.abc import Iterator

_STEP = 256 * 1024


class UnreadableError(Exception):
    """The body cannot be decoded; the text says why."""


def _inflater() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)


class Decoder:
    """`identity`, `gzip` or `deflate` bytes to plain ones, at most 256 KiB at a time."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        is_packed = self._encoding in ("gzip", "x-gzip", "deflate")
        self._inflate = _inflater() if is_packed else None

    def decode(self, data: bytes) -> Iterator[bytes]:
        if self._inflate is None:
            if self._encoding not in ("", "identity"):
                raise UnreadableError("The server sent an encoding that was not asked for.")
            yield data
            return
        try:
            is_full = False
            while data or is_full:
                if self._inflate.eof:  # a gzip body may have several members
                    self._inflate = _inflater()
                plain = self._inflate.decompress(data, _STEP)
                yield plain
                is_full = len(plain) == _STEP and not self._inflate.eof
                data = self._inflate.unconsumed_tail or self._inflate.unused_data
        except zlib.error:
            raise UnreadableError("The server sent a damaged encoding.") from None

    @property
    def is_whole(self) -> bool:
        """Whether the body may end here."""
        return self._inflate is None or self._inflate.eof
