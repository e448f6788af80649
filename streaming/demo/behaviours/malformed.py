"""Upstreams that misbehave below every format: error pages, floods, bombs, detours."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache
from itertools import chain, repeat

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import told
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


def page(ask: ModelRequest) -> Reply:
    return Malformed(_raw(_PAGE), "text/html; charset=utf-8")


def garbage(ask: ModelRequest) -> Reply:
    return Malformed(_raw(b"data: {'not': 'JSON'}\n\n", b"\xff\xfe\x00data\n\n"))


def unstreamed(ask: ModelRequest) -> Reply:
    reply = told(ask, timing.words(texts.brief(ask.prompt), 40))
    return Unstreamed(Stream(reply.steps))


def long_line(ask: ModelRequest) -> Reply:
    pieces = repeat(Raw(_PIECE), _LINE_BYTES // len(_PIECE))
    return Malformed(chain((Raw(b"data: "),), pieces, (Unterminated(),)))


def bomb(ask: ModelRequest) -> Reply:
    """Little that unpacks to much, whether or not the client said that it can unpack."""
    return Malformed(_raw(_packed_line()), headers=(("Content-Encoding", "gzip"),))


def elsewhere(ask: ModelRequest) -> Reply:
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
