"""A prompt as a Markdown file: name and description in its front matter, then the text. Pure.

Front matter is lines of `key: value` between two lines of three hyphens. A value may stand in
quotation marks. What other programs write there is left out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

FRONT = re.compile(r"\A---[ \t]*\n(.*?)(?:^|\n)---[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
LINE = re.compile(r"^([A-Za-z_-]+)[ \t]*:(.*)$", re.MULTILINE)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class PromptFile:
    """What a file says; the name is as it was written, and may be none."""

    name: str
    description: str
    text: str


def written(prompt: PromptFile) -> str:
    """The text is as it is, so reading it gives the same prompt."""
    head = f"---\nname: {_quoted(prompt.name)}\n"
    if prompt.description:
        head += f"description: {_quoted(prompt.description)}\n"
    return f"{head}---\n{prompt.text}"


def read(text: str, path: str = "") -> PromptFile:
    """Without a name in it, the file's own."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    front = FRONT.match(text)
    lines = LINE.findall(front[1]) if front else ()
    said = {key: value.strip(" \t") for key, value in lines}
    body = text[front.end() :] if front else text
    name = _unquoted(said.get("name", "")) or PurePosixPath(path.replace("\\", "/")).stem
    return PromptFile(_storable(name), _storable(_unquoted(said.get("description", ""))), body)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _storable(text: str) -> str:
    """Escapes of JSON, and names within archives, can hold what no database takes."""
    return UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _unquoted(value: str) -> str:
    if value[:1] == value[-1:] == '"' and len(value) > 1:
        try:
            return str(json.loads(value))
        except (ValueError, RecursionError):
            return value[1:-1]
    if value[:1] == value[-1:] == "'" and len(value) > 1:
        return value[1:-1].replace("''", "'")
    return value
