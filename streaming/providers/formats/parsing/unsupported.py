"""What was sent that cannot be shown: its type and its size, in words."""

from typing import Any

from streaming.providers.formats.json_values import mapping, string

_KIND_KEYS = ("media_type", "mime_type", "mimeType", "output_format", "format", "type")
_DATA_KEYS = ("data", "b64_json", "result", "url", "image_url", "content", "file_data", "audio")
_KINDS = (
    ("image", ("image", "png", "jpeg", "jpg", "webp", "gif", "svg")),
    ("audio", ("audio", "wav", "mp3", "opus", "pcm", "flac")),
    ("video", ("video", "mp4")),
)
_SIGNATURES = (
    ("iVBORw0KGgo", "image/png"),
    ("/9j/", "image/jpeg"),
    ("R0lGOD", "image/gif"),
    ("UklGR", "image/webp"),
    ("JVBERi0", "application/pdf"),
)
_DEEPEST = 4


def described(part: Any, left_out: int = 0, kind: str = "") -> str:
    """ "image/png, 12 kB", or the address where it lies; `left_out` bytes were not kept."""
    told, data = _look(part, _DEEPEST)
    if data.startswith(("http://", "https://")):
        return f"{_general(kind or told)}, {data}"
    if data.startswith("data:"):
        media, _, data = data[5:].partition(",")
        told, kind = media.split(";")[0] or told, ""
    signed = next((name for mark, name in _SIGNATURES if data.startswith(mark)), "")
    name = told if "/" in told else signed or _general(kind or told)
    return f"{name}, {size_of(data, left_out)}" if data else name


def size_of(base64: str, left_out: int = 0) -> str:
    return in_words((len(base64.rstrip("=")) + left_out) * 3 // 4)


def in_words(size: int) -> str:
    """A number of bytes: "640 bytes", "12 kB", "1.4 MB"."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _general(kind: str) -> str:
    """image_url, image_generation_call, input_audio: what a reader calls it."""
    low = kind.lower()
    for name, marks in _KINDS:
        if any(mark in low for mark in marks):
            return name
    return "file" if "file" in low or not low else low.replace("_", " ")[:60]


def _look(part: Any, deeper: int) -> tuple[str, str]:
    """The type that a part tells, and its data or its address."""
    if type(part) is str:
        return "", part
    fields = mapping(part)
    kind = next((found for key in _KIND_KEYS if (found := string(fields.get(key)))), "")
    for key in (*_DATA_KEYS, *fields):
        value = fields.get(key)
        if key in _DATA_KEYS and type(value) is str and value:
            return kind, value
        if deeper and type(value) is dict:
            inner_kind, data = _look(value, deeper - 1)
            if data:
                return inner_kind if "/" in inner_kind else kind or inner_kind or key, data
    return kind, ""
