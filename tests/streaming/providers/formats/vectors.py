"""Recorded upstream bytes and the events they mean; how both are compared."""

import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from streaming.events import Event, as_json
from streaming.providers.formats.parsing.stream_parser import StreamParser
from tests import RECORDED


def names(wire: str) -> list[str]:
    found = sorted(path.stem for path in (RECORDED / wire).glob("*.sse"))
    assert found, f"no vectors of {wire}"
    return found


def body(wire: str, name: str) -> bytes:
    return (RECORDED / wire / f"{name}.sse").read_bytes()


def expected(wire: str, name: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = json.loads((RECORDED / wire / f"{name}.json").read_text("utf-8"))
    return events


def parsed(parser: StreamParser, pieces: Iterable[bytes]) -> list[Event]:
    events: list[Event] = []
    for piece in pieces:
        events += parser.feed(piece)
    return events + parser.finish()


def expects_its_events(parser: Callable[[], StreamParser], wire: str, name: str) -> None:
    """Whole, byte by byte and at fifty random cuts: the same events, the expected ones."""
    data = body(wire, name)
    for pieces in (*_plain_cuts(data), *_random_cuts(data, 50)):
        expects_same(parsed(parser(), pieces), expected(wire, name))


def _plain_cuts(data: bytes) -> list[list[bytes]]:
    return [[data], [data[at : at + 1] for at in range(len(data))]]


def _random_cuts(data: bytes, times: int) -> Iterator[list[bytes]]:
    dice = random.Random(len(data))
    for _ in range(times):
        cuts = sorted(dice.choices(range(len(data) + 1), k=dice.randint(1, 20)))
        yield [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]


def expects_same(events: Iterable[Event], wanted: list[dict[str, Any]]) -> None:
    got = merged(as_json(event) for event in events)
    wanted = merged(wanted)
    for mine, theirs in zip(got, wanted, strict=False):
        if theirs["type"] in ("error", "warning"):
            mine = {key: mine.get(key) for key in theirs}
        assert mine == theirs
    assert len(got) == len(wanted), got


def merged(events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Neighbouring deltas of one channel joined."""
    whole: list[dict[str, Any]] = []
    for event in events:
        last = whole[-1] if whole else {}
        key = (event["type"], event.get("index"))
        deltas = ("text", "reasoning", "tool_args")
        if event["type"] in deltas and key == (last.get("type"), last.get("index")):
            last["text"] += event["text"]
        else:
            whole.append(dict(event))
    return whole
