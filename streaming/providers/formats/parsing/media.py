"""What was sent that is no text: pictures, and in words what cannot be shown."""

import re
from typing import Any, NamedTuple

from streaming.providers.formats.building.event_builder import EventBuilder
from streaming.providers.formats.building.pictures import LARGEST, TOO_LARGE, TOO_MANY
from streaming.providers.formats.error_bodies.failures import clip
from streaming.providers.formats.framing.kept_pictures import PICTURES
from streaming.providers.formats.framing.oversized import SHORTENED
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
_SIGNATURES = {**PICTURES, "JVBERi0": "application/pdf"}
_SHOWN = frozenset(PICTURES.values())
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_DEEPEST = 4


class _Content(NamedTuple):
    """`kind` is a media type, or what it is in a word; `data` is base64, or an address."""

    kind: str
    data: str
    is_picture: bool = False

    @property
    def is_address(self) -> bool:
        return self.data.startswith(("http://", "https://"))


class MediaContent:
    """Says each picture, and warns of all else, once. True if there was any.

    `left_out` bytes of the frame that is read now were not kept; `audio` counts the characters
    of speech, in base64, whose size is reported at the end. `largest` is how many bytes a picture
    may have.
    """

    def __init__(self, builder: EventBuilder) -> None:
        self._builder = builder
        self._pictures = builder.pictures
        self._descriptions: set[str] = set()
        self.left_out = 0
        self.audio = 0
        self.largest = LARGEST

    def __bool__(self) -> bool:
        return bool(self._descriptions or self._pictures)

    def report(self, part: Any, *, kind: str = "", is_whole: bool = True) -> None:
        """What a part of the answer holds; of one that is not whole only its kind is told."""
        content = _content_of(part if is_whole else {}, kind)
        if content.is_picture:
            self._take_picture(content)
        elif content.is_address and _general(content.kind) == "image":
            if not self._pictures.add("", url=content.data):
                self._warn(TOO_MANY, "")
        else:
            self._warn(UNSUPPORTED, _described(content, self.left_out))

    def _take_picture(self, picture: _Content) -> None:
        is_cut = self.left_out > 0 and len(picture.data) <= SHORTENED
        if is_cut or len(picture.data) * 3 // 4 > self.largest:
            left_out = self.left_out if is_cut else 0
            self._warn(TOO_LARGE, _described(picture, left_out))
        elif _BASE64.fullmatch(picture.data) is None:
            self._warn(UNSUPPORTED, _described(picture, 0))
        elif not self._pictures.add(picture.kind, picture.data):
            self._warn(TOO_MANY, "")

    def _warn(self, code: str, description: str) -> None:
        if (known := f"{code} {description}") not in self._descriptions:
            self._descriptions.add(known)
            self._builder.warn(code, clip(description))

    def report_audio(self) -> None:
        if self.audio:
            self._builder.report.note(UNSUPPORTED, f"audio, {_in_words(self.audio * 3 // 4)}")


def _content_of(part: Any, kind: str) -> _Content:
    type_, data = _look(part, _DEEPEST)
    if data[:5] == "data:":
        media, _, data = data[5:].partition(",")
        type_, kind = media.split(";")[0] or type_, ""
    if any(blank in data[:200] for blank in "\r\n "):
        data = "".join(data.split())
    signed = next((name for mark, name in _SIGNATURES.items() if data.startswith(mark)), "")
    return _Content(signed or (type_ if "/" in type_ else kind or type_), data, signed in _SHOWN)


def _described(content: _Content, left_out: int) -> str:
    """ "image/png, 12 kB", or the address where it lies; `left_out` bytes were not kept."""
    name = content.kind if "/" in content.kind else _general(content.kind)
    if content.is_address:
        return f"{_general(content.kind)}, {content.data}"
    return f"{name}, {_size_of(content.data, left_out)}" if content.data else name


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
