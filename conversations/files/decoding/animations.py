"""Pictures that move."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageSequence

from conversations.files.decoding.bounds import Bounds

FORMATS = ("GIF", "WEBP")

LONGEST_MS = 60_000
USUAL_MS = 100


def is_one(image: Image.Image, bounds: Bounds) -> bool:
    """Whether it moves, and is small enough to be kept so; else its first picture is."""
    frames = getattr(image, "n_frames", 1)
    pixels = frames * image.width * image.height
    is_small = pixels <= bounds.image_frame_pixels and max(image.size) <= bounds.image_edge
    return 1 < frames <= bounds.image_frames and is_small


def save(image: Image.Image, target: Path, what: str, bounds: Bounds) -> bool:
    """False if it has too many bytes."""
    frames, durations = [], []
    loop = image.info.get("loop")
    for frame in ImageSequence.Iterator(image):
        drawn = frame.convert("RGBA")
        drawn.info = {}
        frames.append(drawn)
        durations.append(min(int(frame.info.get("duration") or USUAL_MS), LONGEST_MS))
    options = {"loop": loop} if loop is not None else {}
    if what == "GIF":
        options["disposal"] = 2
    first, *others = frames
    first.save(target, what, save_all=True, append_images=others, duration=durations, **options)
    return target.stat().st_size <= bounds.image_bytes
