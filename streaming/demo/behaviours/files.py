"""A model that tells which files it was sent: what they are, how large, and their digest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from streaming.demo.behaviours import timing
from streaming.demo.behaviours.essays import complete
from streaming.demo.behaviours.request import ModelRequest, ReceivedFile, Turn
from streaming.demo.behaviours.resumes import answer_text
from streaming.demo.behaviours.steps import Reply

_DOCUMENT = re.compile(r'<document name="([^"]*)">\n(.*?)\n</document>', re.DOTALL)
_NOT_SENT = re.compile(r'<picture name="([^"]*)">')
DIGITS = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """A file, in words."""

    name: str
    what: str
    digest: str

    def __str__(self) -> str:
        named = f" “{self.name}”" if self.name else ""
        return f"{self.what}{named}, {self.digest}"


def tells_files(request: ModelRequest) -> Reply:
    """One line for each file of the conversation, in order."""
    lines = [f"- {seen}" for turn in request.turns for seen in _seen(turn)]
    if lines:
        text = "I was sent:\n\n" + "\n".join(lines) + "\n"
    else:
        text = "I was sent no files. Add a picture or a document, and I tell what came.\n"
    return complete(request, timing.words(answer_text(text, request), 200))


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:DIGITS]


def _seen(turn: Turn) -> list[Seen]:
    texts = [
        Seen(name, f"a text of {len(text):,} characters", digest(text.encode()))
        for name, text in _DOCUMENT.findall(turn.text)
    ]
    missing = [Seen(name, "the name of a picture", "") for name in _NOT_SENT.findall(turn.text)]
    return [*map(_received, turn.files), *texts, *missing]


def _received(file: ReceivedFile) -> Seen:
    size = f"{len(file.data):,} bytes of {file.media_type}"
    return Seen(file.name, size, digest(file.data))
