"""Models that do more than write: think, call tools, refuse, pause, keep alive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import told
from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.resumes import answer
from streaming.demo.behaviours.steps import (
    Arguments,
    CallEnd,
    CallStart,
    Finish,
    KeepAlive,
    Reply,
    Step,
    Stream,
)

_THOUGHTS = (
    "They ask “{asked}”. I had better begin with something I can be sure of.\n\n"
    "17 × 23: that is 17 × 20 = 340 and 17 × 3 = 51, together 391.",
    "That was the easy half. Does the same way work for larger numbers? 117 × 120 = 14040 and "
    "117 × 3 = 351, so yes.",
)
_FINDINGS = (
    "You asked “{asked}”. I thought about something that I can be sure of instead: "
    "**17 × 23 = 391**, because 17 × 20 = 340 and 17 × 3 = 51.\n\n",
    "The same way works for larger numbers: 117 × 123 = 14040 + 351 = **14391**.\n",
)
_CALLS = (
    ("get_weather", {"city": "Dodoma", "unit": "celsius", "why": "“{asked}”"}),
    ("get_time", {"timezone": "Africa/Dar_es_Salaam"}),
)


def thinks(ask: ModelRequest) -> Reply:
    """Thoughts, text, more thoughts, more text; a continuation is text alone."""
    asked = texts.quotable(ask.prompt)
    first, second = (finding.format(asked=asked) for finding in _FINDINGS)
    if ask.continuation:
        return told(ask, timing.lively(answer(first + second, ask), 40))
    thoughts = [thought.format(asked=asked) for thought in _THOUGHTS]
    return told(
        ask,
        chain(
            timing.lively(thoughts[0], 40, "reasoning"),
            timing.lively(first, 40),
            timing.lively(thoughts[1], 40, "reasoning"),
            timing.lively(second, 40),
        ),
    )


def uses_tools(ask: ModelRequest) -> Reply:
    """Two calls after a word of text; once the results are there, an answer made of them."""
    results = [turn.text for turn in _after_last_prompt(ask) if turn.role == "tool"]
    if results:
        said = "; ".join(texts.quotable(result) for result in results)
        text = f"The tools came back with this: {said}. That should answer your question.\n"
        return told(ask, timing.lively(answer(text, ask), 40))
    asked = texts.quotable(ask.prompt)
    names = ask.tools or tuple(name for name, _ in _CALLS)
    calls = [
        _called(number, name, {key: value.format(asked=asked) for key, value in arguments.items()})
        for number, (name, (_, arguments)) in enumerate(zip(names, _CALLS, strict=False), 1)
    ]
    opening = timing.lively("Let me look that up.\n\n", 40)
    return told(ask, chain(opening, *calls), Finish("tool_calls"))


def refuses(ask: ModelRequest) -> Reply:
    words = timing.lively("I'm sorry, but I can't help with that.", 40, "refusal")
    return told(ask, words, Finish("refusal"))


def is_filtered(ask: ModelRequest) -> Reply:
    shown = texts.brief(ask.prompt)[:90]
    return told(ask, timing.lively(shown, 40), Finish("content_filter"))


def pauses(ask: ModelRequest) -> Reply:
    """Half of the answer; whoever sends it back as it is gets the other half."""
    whole = texts.brief(ask.prompt)
    if ask.continuation:
        return told(ask, timing.lively(answer(whole, ask), 40))
    return told(ask, timing.lively(whole[: len(whole) // 2], 40), Finish("pause"))


def counts_always(ask: ModelRequest) -> Reply:
    reply = told(ask, timing.lively(answer(texts.brief(ask.prompt), ask), 40))
    return replace(reply, usage_always=True)


def keeps_alive(ask: ModelRequest) -> Reply:
    """A queue before the first word, and a breath after every sentence."""
    return told(ask, _breathing(answer(texts.brief(ask.prompt), ask)))


def drips(ask: ModelRequest) -> Reply:
    """Signs of life for ever, and never a word."""
    return Stream(_dripping())


def _breathing(text: str) -> Iterator[Step]:
    yield from (KeepAlive(0.5) for _ in range(4))
    for delta in timing.lively(text, 40):
        yield delta
        if delta.text[-1] in ".!?":
            yield KeepAlive(0.3)


def _dripping() -> Iterator[Step]:
    while True:
        yield KeepAlive(2)


def _called(number: int, name: str, arguments: dict[str, str]) -> Iterator[Step]:
    yield CallStart(f"call_demo_{number}", name, 0.2)
    for piece in timing.lively(json.dumps(arguments, ensure_ascii=False), 40):
        yield Arguments(piece.text, piece.after)
    yield CallEnd()


def _after_last_prompt(ask: ModelRequest) -> list[Turn]:
    turns = list(ask.turns)
    prompts = [number for number, turn in enumerate(turns) if turn.role == "user"]
    return turns[prompts[-1] + 1 :] if prompts else turns
