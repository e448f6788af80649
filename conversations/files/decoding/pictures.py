"""Pictures, drawn anew: of what was in the file only what is seen is kept."""

from __future__ import annotations

import warnings
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from conversations.files.decoding import animations
from conversations.files.decoding.bounds import CONTENT, THUMBNAIL, Bounds, Content, NotTaken

DEPTH = 256
"""What one step of 8 bits is of 16."""

TRIES = 8
SMALLER = 0.7
"""A picture with too many bytes is tried again with so much of its edges."""

SAVED_AS = {"PNG": "PNG", "JPEG": "JPEG", "HEIF": "JPEG", "WEBP": "WEBP", "GIF": "PNG"}
"""A GIF that does not move is kept as what it can become without loss."""

OPTIONS: dict[str, dict[str, Any]] = {
    "PNG": {"optimize": False},
    "JPEG": {"quality": 88, "progressive": False},
    "WEBP": {"quality": 88},
}


def redraw(source: Path, folder: Path, what: str, bounds: Bounds) -> Content:
    """Metadata is gone, the orientation applied, a picture that is too large made smaller."""
    try:
        return _redraw(source, folder, what, bounds)
    except (MemoryError, NotTaken):
        raise
    except Exception:  # noqa: BLE001 (whatever a broken file makes decoders stumble over)
        raise NotTaken("broken_picture") from None


def _redraw(source: Path, folder: Path, what: str, bounds: Bounds) -> Content:
    image = _opened(source, what, bounds)
    if what in animations.FORMATS and animations.is_one(image, bounds):
        thumbnail = _thumbnail(_drawn(image.copy(), bounds), bounds)
        if animations.save(image, folder / CONTENT, what, bounds):
            thumbnail.save(folder / THUMBNAIL, "WEBP")
            return Content("image", Image.MIME[what], *image.size)
        image = _opened(source, what, bounds)
    drawn = _drawn(image, bounds)
    drawn, saved_as = _save(drawn, folder / CONTENT, SAVED_AS[what], bounds)
    _thumbnail(drawn, bounds).save(folder / THUMBNAIL, "WEBP")
    return Content("image", Image.MIME[saved_as], *drawn.size)


def _opened(source: Path, what: str, bounds: Bounds) -> Image.Image:
    """By the decoder of this kind alone; nothing but the head of the file is read."""
    Image.MAX_IMAGE_PIXELS = bounds.image_pixels
    warnings.simplefilter("ignore")
    if what == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener(
            decode_threads=1, thumbnails=False, depth_images=False, aux_images=False
        )
    try:
        image = Image.open(source, formats=[what])
    except Image.DecompressionBombError:
        raise NotTaken("pixels") from None
    if image.width * image.height > bounds.image_pixels:
        raise NotTaken("pixels")
    return image


def _drawn(image: Image.Image, bounds: Bounds) -> Image.Image:
    """What is seen, upright and in colours of the web: as RGB, RGBA or L, and nothing besides."""
    edge = bounds.image_edge
    image.draft(image.mode, (edge, edge))  # a JPEG is decoded smaller at once
    image.load()
    orientation = image.getexif().get(ORIENTATION, 1)
    profile = image.info.get("icc_profile")
    image = _in_plain_mode(image)
    if max(image.size) > edge:
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    image = _upright(_in_colours_of_the_web(image, profile), orientation)
    image.info = {}
    return image


ORIENTATION = 0x0112


def _in_plain_mode(image: Image.Image) -> Image.Image:
    """CMYK stays for a while: its profile is needed to tell what colours it means."""
    if image.mode.startswith("I"):
        wide = image.convert("I").point(lambda value: value * (1 / DEPTH))
        return wide.convert("L")
    if image.mode in ("RGB", "RGBA", "L", "CMYK") and "transparency" not in image.info:
        return image
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _in_colours_of_the_web(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and image.mode in ("RGB", "CMYK"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
            ours = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, theirs, ours, outputMode="RGB")
            assert converted is not None
            return converted
    return image.convert("RGB") if image.mode == "CMYK" else image


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    if orientation not in range(2, 9):
        return image
    exif = image.getexif()
    exif[ORIENTATION] = orientation
    return ImageOps.exif_transpose(image)


def _save(
    image: Image.Image, target: Path, saved_as: str, bounds: Bounds
) -> tuple[Image.Image, str]:
    """What was kept, and as what; smaller, if it would have too many bytes."""
    is_transparent = image.mode == "RGBA"
    if saved_as == "JPEG" and is_transparent:
        saved_as = "WEBP"
    for _ in range(TRIES):
        image.save(target, saved_as, **OPTIONS[saved_as])
        if target.stat().st_size <= bounds.image_bytes:
            return image, saved_as
        if saved_as == "PNG":
            saved_as = "WEBP" if is_transparent else "JPEG"
        else:
            size = [max(1, int(edge * SMALLER)) for edge in image.size]
            image = image.resize((size[0], size[1]), Image.Resampling.LANCZOS)
    raise NotTaken("picture_bytes")


def _thumbnail(image: Image.Image, bounds: Bounds) -> Image.Image:
    small = image.copy()
    small.thumbnail((bounds.thumbnail_edge, bounds.thumbnail_edge), Image.Resampling.LANCZOS)
    return small
