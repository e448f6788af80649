"""Models that do more than talk: one paints pictures, one searches the web of this demo."""

from __future__ import annotations

import random
import struct
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from itertools import chain

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import complete
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import answer_text
from streaming.demo.behaviours.steps import Finish, Picture, Reply, Search, Source, Step

_SOURCES = (
    ("https://a.example/queues", "Queues, an overview"),
    ("https://b.example/waiting?q=1&lang=en", "Waiting in line"),
)


def paints(request: ModelRequest) -> Reply:
    """Words, a picture, words; one of more than a mebibyte if the prompt asks for a large one."""
    asked = texts.quotable(request.prompt)
    before, after = f"Here is what I see in “{asked}”:\n\n", "\n\nI hope that you like it.\n"
    if request.continuation:
        return complete(request, timing.varied(answer_text(before + after, request), 40))
    size = (800, 500) if "large" in request.prompt else (160, 100)
    picture: Iterator[Step] = iter((Picture(_painted(request.prompt, *size), 0.5),))
    return complete(request, chain(timing.varied(before, 40), picture, timing.varied(after, 40)))


def searches(request: ModelRequest) -> Reply:
    """With the web search switched on, an answer that names its sources; else it says so.

    Where the prompt speaks of a pause, it pauses after its first sentence, if the format can.
    """
    asked = texts.quotable(request.prompt)
    first = f"About “{asked}” the web says that a queue is a line of those who wait."
    second = " Elsewhere it says that the first to come is the first to go."
    if not request.web_search:
        text = f"I did not search the web for “{asked}”: the search is not switched on.\n"
        return complete(request, timing.varied(answer_text(text, request), 40))
    pauses = request.can_pause and "pause" in request.prompt
    if request.continuation and not (pauses and request.continuation.partial == first):
        return complete(request, timing.varied(answer_text(first + second, request), 40))
    begun: tuple[Iterable[Step], ...] = (
        (Search(request.prompt, _SOURCES, 0.3),),
        timing.varied(first, 40),
        (Source(*_SOURCES[0]),),
    )
    rest = timing.varied(second, 40), (Source(*_SOURCES[1]), Source(*_SOURCES[0]))
    if not pauses:
        return complete(request, chain(*begun, *rest))
    if request.continuation:
        return complete(request, chain(*rest))
    return complete(request, chain(*begun), Finish("pause"))


def _painted(prompt: str, width: int, height: int) -> str:
    """A picture of hills in PNG, in base64: the same for the same prompt. A large one is noise."""
    dice = random.Random(prompt)  # noqa: S311 (a picture is no secret)
    if width > 400:
        rows = b"".join(b"\0" + dice.randbytes(3 * width) for _ in range(height))
    else:
        sky, land = (bytes(dice.randrange(60, 230) for _ in range(3)) for _ in range(2))
        edges = [height // 2]
        for _ in range(width - 1):
            edges.append(min(max(edges[-1] + dice.choice((-1, 0, 1)), 10), height - 10))
        rows = b"".join(
            b"\0" + b"".join(land if y > edges[x] else sky for x in range(width))
            for y in range(height)
        )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    data = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return b64encode(b"\x89PNG\r\n\x1a\n" + data).decode()
