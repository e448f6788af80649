"""Pictures in the size that somebody takes. Only for those that this site drew itself."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WEBP",
    "image/gif": "GIF",
}
SMALLER = 0.75
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Smaller:
    """A picture, at most as large as it was asked for; `width` and `height` in pixels."""

    data: bytes
    media_type: str
    width: int
    height: int


def made(data: bytes, media_type: str, edge: int, most: int) -> Smaller:
    """With a longer edge of at most `edge` pixels and at most so many bytes; of one that moves,
    its first picture. What fits stays as it is.
    """
    from PIL import Image  # only a process that sends pictures needs it

    with Image.open(BytesIO(data), formats=[FORMATS[media_type]]) as image:
        moves = getattr(image, "is_animated", False)
        if not moves and max(image.size) <= edge and len(data) <= most:
            return Smaller(data, media_type, *image.size)
        drawn = image.convert("RGBA" if image.has_transparency_data else "RGB")
    drawn.info = {}
    drawn.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    saved_as = "JPEG" if drawn.mode == "RGB" and media_type != "image/png" else "PNG"
    while True:
        file = BytesIO()
        drawn.save(file, saved_as, **({"quality": QUALITY} if saved_as != "PNG" else {}))
        if file.tell() <= most or min(drawn.size) == 1:
            return Smaller(file.getvalue(), Image.MIME[saved_as], *drawn.size)
        if saved_as == "PNG":
            saved_as = "WEBP" if drawn.mode == "RGBA" else "JPEG"
            continue
        size = [max(1, int(side * SMALLER)) for side in drawn.size]
        drawn = drawn.resize((size[0], size[1]), Image.Resampling.LANCZOS)
