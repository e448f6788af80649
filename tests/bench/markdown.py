"""What a frame of 8 characters costs the renderer, in short answers and in long ones.

    python -m tests.bench.markdown [kind …]

Prints milliseconds of CPU per frame at 1,000, 10,000, 50,000 and 200,000 characters: of the
incremental renderer, and of rendering the whole text so far with every frame. Below, the longest
single call of `feed` and what `finish` takes; bytes are the operations' text and HTML. Each figure
is the lowest of three runs, for a shared machine is now and then at half its speed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import count
from random import Random
from time import thread_time
from typing import TypeAlias

from conversations.markdown import Operation, Renderer, prepare, render

LENGTHS = (1_000, 10_000, 50_000, 200_000)
FRAME = 8
WINDOW = 120
RUNS = 3

Run: TypeAlias = tuple[list[float], float, float, float]
"""Milliseconds per frame at each length, of the longest call and of the end; bytes a frame."""

WORDS = (  # noqa: SIM905
    "the quick backpressure of a queue that grows without bound until memory runs out and nobody "
    "knows why because consumers wait while producers never ask"
).split()


def main(kinds: list[str]) -> None:
    """Print a line for each kind of text."""
    prepare()
    print(f"{'ms per frame at':<24}" + "".join(f"{length // 1000:>8}k" for length in LENGTHS))
    for kind in kinds or TEXTS:
        text = TEXTS[kind](Random(7))[: LENGTHS[-1]]
        ours, longest, last, told = quietest([measure(text) for _ in range(RUNS)])
        print(f"{kind:<24}" + "".join(f"{spent:>9.3f}" for spent in ours))
        whole = [measure_whole(text[:length]) for length in LENGTHS if length <= len(text)]
        print(f"{'  rendered as a whole':<24}" + "".join(f"{spent:>9.3f}" for spent in whole))
        print(f"  longest call {longest:.1f} ms, finish {last:.1f} ms, {told:.0f} bytes a frame")


def quietest(runs: list[Run]) -> Run:
    spent, longest, last, told = zip(*runs, strict=True)
    return [min(at) for at in zip(*spent, strict=True)], min(longest), min(last), told[0]


def measure(text: str) -> Run:
    renderer = Renderer("m1")
    spent = []
    told = 0
    for place in range(0, len(text), FRAME):
        started = thread_time()
        operations = renderer.feed(text[place : place + FRAME])
        spent.append((thread_time() - started) * 1000)
        told += sum(map(size, operations))
    started = thread_time()
    renderer.finish()
    last = (thread_time() - started) * 1000
    ours = [mean(spent, length) for length in LENGTHS if length <= len(text)]
    return ours, max(spent), last, told / len(spent)


def measure_whole(text: str) -> float:
    """Milliseconds of one rendering of everything."""
    started = thread_time()
    render(text, "m1", complete=False)
    return (thread_time() - started) * 1000


def mean(spent: list[float], length: int) -> float:
    """Of the frames before the text is so long."""
    frame = length // FRAME
    near = spent[max(0, frame - WINDOW) : frame]
    return sum(near) / len(near)


def size(operation: Operation) -> int:
    """Characters that go over the wire for it."""
    return sum(len(getattr(operation, name)) for name in operation.__slots__)


def sentence(random: Random) -> str:
    words = [random.choice(WORDS) for _ in range(random.randint(8, 18))]
    for place, form in ((2, "**{}**"), (4, "`{}`"), (6, "[{}](https://example.org/page)")):
        if random.random() < 0.25:
            words[place] = form.format(words[place])
    return " ".join(words).capitalize() + "."


def repeated(line: Callable[[Random, int], str], start: str = "") -> Callable[[Random], str]:
    """Text made of lines until it is long enough."""

    def text(random: Random) -> str:
        lines = [start]
        length = 0
        for number in count(1):
            lines.append(line(random, number))
            length += len(lines[-1])
            if length > LENGTHS[-1]:
                break
        return "".join(lines)

    return text


def paragraph(random: Random, number: int) -> str:
    head = f"## {random.choice(WORDS)} {number}\n\n" if number % 9 == 0 else ""
    return head + " ".join(sentence(random) for _ in range(random.randint(2, 5))) + "\n\n"


def code_line(random: Random, number: int) -> str:
    if number % 9 == 0:
        return f"\ndef {random.choice(WORDS)}_{number}(value: int) -> str:\n"
    name = random.choice(WORDS)
    return f'    {name} = call({random.randint(1, 99)}, "{name}")  # {random.choice(WORDS)}\n'


def row(random: Random, number: int) -> str:
    return f"| {random.choice(WORDS)} | {sentence(random)} | {number} |\n"


TEXTS: dict[str, Callable[[Random], str]] = {
    "prose": repeated(paragraph),
    "one code block": repeated(code_line, "```python\n"),
    "one list": repeated(lambda random, _: f"- {sentence(random)}\n"),
    "one list in a list": repeated(lambda random, _: f"   - {sentence(random)}\n", "1. first\n"),
    "one table": repeated(row, "| name | what | number |\n|:--|:-:|--:|\n"),
    "one paragraph": repeated(lambda random, _: f"{sentence(random)} "),
    "one quote": repeated(lambda random, _: f"> {sentence(random)}\n>\n"),
}


if __name__ == "__main__":
    main(sys.argv[1:])
