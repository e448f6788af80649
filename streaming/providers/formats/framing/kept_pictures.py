"""Pictures in base64 inside a JSON value that is too large: where they stand in what is kept."""

import re

MAX_PICTURES = 16 * 1024 * 1024
"""Bytes of the pictures in one value, in base64."""

PICTURES = {
    "iVBORw0KGgo": "image/png",
    "/9j/": "image/jpeg",
    "R0lGOD": "image/gif",
    "UklGR": "image/webp",
}
"""How the base64 of a picture begins that a page can show."""

_PICTURE = re.compile(
    rb"(?:data:[^,]{0,120},)?(?:%s)" % "|".join(PICTURES).replace("/", r"\\?/").encode()
)


class KeptPictures:
    """`size` are the bytes of all of them together."""

    def __init__(self) -> None:
        self._sizes: dict[int, int] = {}
        self.size = 0

    def grow(self, kept: bytearray, start: int, size: int) -> bool:
        """The string that begins there is so long now; False if it is no picture, or too much."""
        known = self._sizes.pop(start, None)
        self.size -= known or 0
        is_picture = known is not None or _PICTURE.match(kept, start) is not None
        if not is_picture or self.size + size > MAX_PICTURES:
            return False
        self._sizes[start] = size
        self.size += size
        return True

    def holds(self, start: int) -> bool:
        return start in self._sizes

    def size_from(self, start: int) -> int:
        return sum(size for begin, size in self._sizes.items() if begin >= start)

    def forget_from(self, start: int) -> None:
        self._sizes = {begin: size for begin, size in self._sizes.items() if begin < start}
        self.size = sum(self._sizes.values())
