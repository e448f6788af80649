"""Which tools there are, as the server lists them, and what each says."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

SLOWEST_SECONDS = 600
LONGEST = 20_000_000
HTML = "<h1>Result</h1><script>alert(1)</script><img src=x onerror=alert(1)> & the end"


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


TOOLS: tuple[dict[str, Any], ...] = (
    {
        "name": "echo",
        "title": "Echo",
        "description": "Says the text again.",
        "inputSchema": _object(text={"type": "string"}),
    },
    {
        "name": "slow",
        "title": "Slow",
        "description": "Takes so many seconds; stops when it is told to.",
        "inputSchema": _object(seconds={"type": "number", "maximum": SLOWEST_SECONDS}),
    },
    {"name": "fails", "description": "Always fails.", "inputSchema": _object()},
    {
        "name": "long",
        "description": "Says so many characters.",
        "inputSchema": _object(characters={"type": "integer", "maximum": LONGEST}),
    },
    {"name": "html", "description": "Says HTML with a script.", "inputSchema": _object()},
    {"name": "picture", "description": "Draws a small picture.", "inputSchema": _object()},
    {"name": "endless", "description": "Never comes to an end.", "inputSchema": _object()},
)
NAMES = frozenset(tool["name"] for tool in TOOLS)


def result(name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What a call of this tool comes to, once its time is over."""
    if name == "echo":
        return text(str(arguments.get("text", "")))
    if name == "fails":
        return text("This tool always fails.", is_error=True)
    if name == "long":
        line = "All work and no play makes a long result.\n"
        size = int(number(arguments, "characters", LONGEST))
        return text((line * (size // len(line) + 1))[:size])
    if name == "html":
        return text(HTML)
    if name == "picture":
        picture = {"type": "image", "data": _png(), "mimeType": "image/png"}
        return {"content": [{"type": "text", "text": "Here it is."}, picture], "isError": False}
    return text(f"Waited for {number(arguments, 'seconds', SLOWEST_SECONDS):g} seconds.")


def text(said: str, *, is_error: bool = False) -> dict[str, Any]:
    return {"content": [{"type": "text", "text": said}], "isError": is_error}


def number(arguments: Mapping[str, Any], name: str, most: float) -> float:
    value = arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0.0
    return min(max(float(value), 0.0), most)


@cache
def _png(size: int = 64) -> str:
    """Sand and sky, in base64."""
    rows = b"".join(
        b"\0" + bytes((230 - y, 180, 60 + y * 2)) * size
        if y > size // 2
        else b"\0" + bytes((120, 180 + y, 240)) * size
        for y in range(size)
    )
    head = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(chunks)).decode()
