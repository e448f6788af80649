"""The files in a message's content, as the wire formats write them."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from streaming.demo.behaviours.request import ReceivedFile
from streaming.demo.formats.fields import invalid, mappings

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+);base64,(.*)", re.DOTALL)


def files_of(content: object) -> tuple[ReceivedFile, ...]:
    """Pictures and documents that came with it; raises RequestRefused for what is no file."""
    return tuple(file for part in mappings(content) if (file := _file(part)) is not None)


def _file(part: Mapping[str, Any]) -> ReceivedFile | None:
    match part:
        case {"type": "image_url", "image_url": {"url": str(url)}}:
            return _of_url(url)
        case {"type": "input_image", "image_url": str(url)}:
            return _of_url(url)
        case {"type": "input_file", "file_data": str(url)}:
            return _of_url(url, part.get("filename"))
        case {"type": "file", "file": {"file_data": str(url)} as file}:
            return _of_url(url, file.get("filename"))
        case {"type": "image" | "document", "source": {"type": "base64"} as source}:
            return _made(source.get("media_type"), source.get("data"), part.get("title"))
        case {"type": "image", "content": str(url)}:
            return _of_url(url, part.get("name"))
        case {"type": "image_url" | "input_image" | "input_file" | "file" | "image" | "document"}:
            raise invalid(f"The demo takes no '{part['type']}' without its data.")
    return None


def _of_url(url: str, name: object = "") -> ReceivedFile:
    if found := _DATA_URL.fullmatch(url):
        return _made(found[1], found[2], name)
    raise invalid("The demo fetches nothing: send files as data URLs.")


def _made(media_type: object, data: object, name: object) -> ReceivedFile:
    if not isinstance(media_type, str) or not isinstance(data, str):
        raise invalid("A file needs a media type and its data.")
    try:
        content = b64decode(data, validate=True)
    except ValueError:
        raise invalid("The data of a file is not base64.") from None
    return ReceivedFile(media_type, content, name if isinstance(name, str) else "")
