"""What was sent that cannot be shown: its type and its size, in words."""

from typing import Any

from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.formats.json_values import mapping, string

UNSUPPORTED = "unsupported_content"
"""The warning's code for what came and cannot be shown."""

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


class UnsupportedContent:
    """Warns of each such thing once. True if there was one.

    `left_out` bytes of the frame that is read now were not kept; `audio` counts the characters
    of speech, in base64, whose size is reported at the end.
    """

    def __init__(self, builder: EventBuilder) -> None:
        self._builder = builder
        self._descriptions: set[str] = set()
        self.left_out = 0
        self.audio = 0

    def __bool__(self) -> bool:
        return bool(self._descriptions)

    def report(self, part: Any, *, kind: str = "", is_whole: bool = True) -> None:
        description = _described(part if is_whole else {}, self.left_out, kind)
        if description not in self._descriptions:
            self._descriptions.add(description)
            self._builder.warn(UNSUPPORTED, clip(description))

    def report_audio(self) -> None:
        if self.audio:
            self._builder.report.note(UNSUPPORTED, f"audio, {_in_words(self.audio * 3 // 4)}")


def _described(part: Any, left_out: int, kind: str) -> str:
    """ "image/png, 12 kB", or the address where it lies; `left_out` bytes were not kept."""
    type_, data = _look(part, _DEEPEST)
    if data.startswith(("http://", "https://")):
        return f"{_general(kind or type_)}, {data}"
    if data.startswith("data:"):
        media, _, data = data[5:].partition(",")
        type_, kind = media.split(";")[0] or type_, ""
    signed = next((name for mark, name in _SIGNATURES if data.startswith(mark)), "")
    name = type_ if "/" in type_ else signed or _general(kind or type_)
    return f"{name}, {_size_of(data, left_out)}" if data else name


def _size_of(base64: str, left_out: int) -> str:
    return _in_words((len(base64.rstrip("=")) + left_out) * 3 // 4)


def _in_words(size: int) -> str:
    """A number of bytes: "640 bytes", "12 kB", "1.4 MB"."""
    if size < 1000:
        return f"{size} bytes"
    if size < 1_000_000:
        return f"{size / 1000:.0f} kB"
    return f"{size / 1_000_000:.1f} MB"


def _general(kind: str) -> str:
    """The word that a reader knows for image_url, image_generation_call, input_audio…"""
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
