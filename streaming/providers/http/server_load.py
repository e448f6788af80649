"""How many requests a model server works on, where it says so: llama.cpp, vLLM, SGLang.

Sources: the README of llama.cpp's server (`GET /slots`), and the lists of Prometheus metrics in
the documents of vLLM and SGLang (`GET /metrics`). Each path is at the server's root.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

_GAUGE = re.compile(
    r"^(?:vllm:num_requests_(?:running|waiting)|sglang:num_(?:running|queue)_reqs)"
    r"(?:\{[^}\n]*\})?[ \t]+(?P<value>[0-9.eE+]+)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class LoadSource:
    """Where to ask, and how to read what comes; `read` gives None for another server's words."""

    path: str
    read: Callable[[bytes], int | None]


def _slots(body: bytes) -> int | None:
    """llama.cpp: one object a slot, each of which serves one request at a time."""
    try:
        slots = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(slots, list) or not slots:
        return None
    if not all(isinstance(slot, dict) and "is_processing" in slot for slot in slots):
        return None
    return sum(bool(slot["is_processing"]) for slot in slots)


def _gauges(body: bytes) -> int | None:
    """vLLM and SGLang: running and waiting requests, a line a model."""
    found = [gauge["value"] for gauge in _GAUGE.finditer(body.decode("utf-8", "replace"))]
    try:
        return round(sum(map(float, found))) if found else None
    except (ValueError, OverflowError):
        return None


SOURCES = (LoadSource("/slots", _slots), LoadSource("/metrics", _gauges))
