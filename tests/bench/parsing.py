"""What parsing an ordinary text delta costs, next to `json.loads` of the same payload.

`python -m tests.bench.parsing`: the ratio of the best rounds for each wire format, with each
event in a read of its own and with eight in one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from streaming.providers.registry import PARSERS

ROUNDS = 60
EVENTS = 400
TEXTS = {"ascii": " keeps a", "other": " naïve—好"}


def payloads(text: str) -> dict[str, dict[str, Any]]:
    chunk = {"content": text}
    return {
        "chat": {
            "id": "chatcmpl-B9",
            "object": "chat.completion.chunk",
            "created": 1763600000,
            "model": "gpt-4.1-mini",
            "system_fingerprint": "fp_1",
            "choices": [{"index": 0, "delta": chunk, "logprobs": None, "finish_reason": None}],
            "usage": None,
        },
        "responses": {
            "type": "response.output_text.delta",
            "item_id": "msg_1",
            "output_index": 0,
            "content_index": 0,
            "delta": text,
            "logprobs": [],
            "sequence_number": 4,
        },
        "messages": {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": text},
        },
        "gateway": {
            "type": "text",
            "name": "output",
            "content": text,
            "done": False,
            "index": 0,
            "is_final": False,
        },
        "pawa": {
            "success": True,
            "message": "Chunk completions generated successfully",
            "data": {
                "id": None,
                "conversationId": None,
                "feedback": None,
                "message": {"role": "assistant", "content": text},
                "status": None,
                "createdAt": None,
                "updatedAt": None,
            },
        },
    }


def on_the_wire(wire: str, payload: dict[str, Any], data: str) -> bytes:
    if wire == "pawa":
        return f"{data}\n\n".encode()
    name = f"event: {payload['type']}\n" if wire in ("responses", "messages") else ""
    return f"{name}data: {data}\n\n".encode()


def seconds(run: Callable[[], None]) -> float:
    """Of this process alone, whatever else the machine does."""
    start = time.process_time()
    run()
    return time.process_time() - start


def ratio(wire: str, data: str, event: bytes, at_once: int) -> float:
    """How many times `json.loads`; the two take turns, so that both meet the same moments."""

    def load() -> None:
        for _ in range(EVENTS):
            json.loads(data)

    def parse() -> None:
        parser, read = PARSERS[wire](), event * at_once
        for _ in range(EVENTS // at_once):
            parser.feed(read)

    rounds = [(seconds(parse), seconds(load)) for _ in range(ROUNDS)]
    return min(parsing for parsing, _ in rounds) / min(loading for _, loading in rounds)


def main() -> None:
    print(f"{'format':12}{'text':8}{'one a read':>12}{'eight a read':>14}   (times json.loads)")
    for kind, text in TEXTS.items():
        for wire, payload in payloads(text).items():
            data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
            event = on_the_wire(wire, payload, data)
            one, eight = (ratio(wire, data, event, at_once) for at_once in (1, 8))
            print(f"{wire:12}{kind:8}{one:12.2f}{eight:14.2f}")


if __name__ == "__main__":
    main()
