"""All benchmarks, one after the other: `make bench`, or `make bench ARGS="idle parsing"`.

What follows `answers`, `begin`, `long` or `trash` narrows it:
`make bench ARGS="answers 20 services-2"`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from tests.bench.support.places import PROCESSES

ALL = {
    "answers": "What a delta costs, next to a bare relay",
    "begin": "What beginning an answer costs, next to a bare relay",
    "fair": "How soon an answer begins next to somebody who does all that the limits allow",
    "watchers": "What many watchers of one answer cost, next to one",
    "idle": "What idle sockets cost, next to a bare relay",
    "stops": "How soon a stop closes the connection upstream",
    "starts": "How long a start takes",
    "browser": "How late a delta is in the page",
    "interactions": "How soon the page answers a key or a click while three answers stream",
    "parsing": "What parsing costs, next to json.loads",
    "markdown": "What rendering a frame costs, next to rendering everything",
    "frames": "What a delta costs in the browser, next to a bare page",
    "long": "What a long conversation and a long list cost the server",
    "trash": "How long a full trash takes to be emptied, and others wait meanwhile",
    "pages": "What a visit costs, and another conversation",
    "memory": "What a process holds when idle, and after many answers",
    "search": "How long a search takes among 100,000 messages",
}


NARROWED = ("answers", "begin", "long", "trash")


def chosen(words: Sequence[str]) -> list[list[str]]:
    """Each benchmark with the words that are its own; raises ValueError for a word of none."""
    found: list[list[str]] = []
    for word in words:
        if word in ALL:
            found.append([word])
        elif found and found[-1][0] in NARROWED and (word.isdigit() or word in PROCESSES):
            found[-1].append(word)
        else:
            raise ValueError(word)
    return found or [[name] for name in ALL]


def main(words: list[str]) -> int:
    try:
        parts = chosen(words)
    except ValueError as unknown:
        print(
            f"There is no benchmark {unknown}; there are {', '.join(ALL)}, and "
            f"{', '.join(NARROWED)} take numbers and {', '.join(PROCESSES)}."
        )
        return 2
    failed = 0
    for name, *rest in parts:
        print(f"\n{ALL[name]}\n", flush=True)
        command = [sys.executable, "-m", f"tests.bench.{name}", *rest]
        failed += subprocess.run(command).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
