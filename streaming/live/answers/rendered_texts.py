"""Texts that are rendered already: an answer that has ended is rendered once, not for each page."""

from __future__ import annotations

import sys
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock
from typing import NamedTuple

from django.conf import settings

from conversations import markdown


class _Kept(NamedTuple):
    digest: bytes
    html: str


class RenderedTexts:
    """The HTML of whole texts, those in use last, in `most_bytes` of memory at most.

    One text for each prefix: a text that was changed takes the place of what it was. Any thread may
    ask; two that ask at once may both render.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = Lock()

    def html(self, text: str, prefix: str) -> str:
        """What `markdown.render` gives for a text that nobody writes any more."""
        digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        with self._lock:
            kept = self._kept.get(prefix)
            if kept is not None and kept.digest == digest:
                self._kept.move_to_end(prefix)
                return kept.html
        html = markdown.render(text, prefix)
        self._keep(prefix, _Kept(digest, html))
        return html

    def __len__(self) -> int:
        return len(self._kept)

    def _keep(self, prefix: str, fresh: _Kept) -> None:
        with self._lock:
            if prefix in self._kept:
                self._bytes -= sys.getsizeof(self._kept.pop(prefix).html)
            self._kept[prefix] = fresh
            self._bytes += sys.getsizeof(fresh.html)
            while self._bytes > self._most_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= sys.getsizeof(dropped.html)


ended = RenderedTexts(settings.RENDERED_BYTES)
"""Of the answers that this process has shown."""
