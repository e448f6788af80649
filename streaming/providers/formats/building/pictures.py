"""The pictures of one answer: each once, at most so many, no larger than so much together."""

from hashlib import sha256

from streaming.events import PictureMade
from streaming.providers.formats.building.event_queue import EventQueue
from streaming.providers.formats.building.text_limit import TextLimit

LARGEST = 12 * 1024 * 1024
"""Bytes of one picture, where the request says nothing else."""

MOST = 16
"""Pictures of one answer."""

TOO_LARGE, TOO_MANY = "picture_too_large", "too_many_pictures"
"""The warnings' codes for pictures that are left out."""


class Pictures:
    """True if there was one."""

    def __init__(self, queue: EventQueue, limit: TextLimit) -> None:
        self._queue = queue
        self._limit = limit
        self._digests: set[bytes] = set()

    def __bool__(self) -> bool:
        return bool(self._digests)

    def add(self, media_type: str, data: str = "", url: str = "") -> bool:
        """Say a picture, unless it was said before; False if there were too many."""
        digest = sha256((data or url).encode()).digest()
        if digest in self._digests or self._limit.is_closed:
            return True
        if len(self._digests) >= MOST:
            return False
        self._digests.add(digest)
        self._limit.is_used = True
        self._queue.add(PictureMade(media_type, data, url))
        return True
