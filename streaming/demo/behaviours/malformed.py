"""Replies that are malformed in every wire format: web pages, endless lines, bombs, redirects."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from itertools import chain, repeat

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import complete
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import (
    Malformed,
    Raw,
    Redirect,
    Reply,
    Step,
    Stream,
    Unstreamed,
    Unterminated,
)

_PAGE = b"<!doctype html><title>Gateway</title><h1>It works!</h1><script>alert(1)</script>\n"
_LINE_BYTES = 100_000_000
_PIECE = b"a" * 65_536
_BOMB_BYTES = 200_000_000


def web_page(request: ModelRequest) -> Reply:
    return Malformed(_raw(_PAGE), "text/html; charset=utf-8")


def garbage(request: ModelRequest) -> Reply:
    return Malformed(_raw(b"data: {'not': 'JSON'}\n\n", b"\xff\xfe\x00data\n\n"))


def unstreamed(request: ModelRequest) -> Reply:
    reply = complete(request, timing.words(texts.brief(request.prompt), 40))
    return Unstreamed(Stream(reply.steps))


def long_line(request: ModelRequest) -> Reply:
    pieces = repeat(Raw(_PIECE), _LINE_BYTES // len(_PIECE))
    return Malformed(chain((Raw(b"data: "),), pieces, (Unterminated(),)))


def gzip_bomb(request: ModelRequest) -> Reply:
    """A small body that unpacks to a large one, also for a client that does not accept gzip."""
    return Malformed(_raw(_packed_line()), headers=(("Content-Encoding", "gzip"),))


def redirect(request: ModelRequest) -> Reply:
    return Redirect("/v1/models")


def _raw(*payloads: bytes) -> Iterator[Step]:
    for payload in payloads:
        yield Raw(payload)
    yield Unterminated()


@cache
def _packed_line() -> bytes:
    # Members of a gzip file follow each other, so one megabyte packed once will do.
    member = gzip.compress(b" " * 1_000_000, mtime=0)
    return gzip.compress(b"data: ", mtime=0) + member * (_BOMB_BYTES // 1_000_000)
