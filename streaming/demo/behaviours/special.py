"""Models that do more than write: they think, refuse, pause or keep alive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import complete
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import answer_text
from streaming.demo.behaviours.steps import (
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


def thinks(request: ModelRequest) -> Reply:
    """Thoughts, text, more thoughts, more text; a continuation is text alone."""
    prompt = texts.quotable(request.prompt)
    first, second = (finding.format(asked=prompt) for finding in _FINDINGS)
    if request.continuation:
        return complete(request, timing.varied(answer_text(first + second, request), 40))
    thoughts = [thought.format(asked=prompt) for thought in _THOUGHTS]
    return complete(
        request,
        chain(
            timing.varied(thoughts[0], 40, "reasoning"),
            timing.varied(first, 40),
            timing.varied(thoughts[1], 40, "reasoning"),
            timing.varied(second, 40),
        ),
    )


def refuses(request: ModelRequest) -> Reply:
    words = timing.varied("I'm sorry, but I can't help with that.", 40, "refusal")
    return complete(request, words, Finish("refusal"))


def is_filtered(request: ModelRequest) -> Reply:
    beginning = texts.brief(request.prompt)[:90]
    return complete(request, timing.varied(beginning, 40), Finish("content_filter"))


def pauses(request: ModelRequest) -> Reply:
    """Half of the answer; the other half when the first is sent back as it is."""
    whole = texts.brief(request.prompt)
    if request.continuation:
        return complete(request, timing.varied(answer_text(whole, request), 40))
    return complete(request, timing.varied(whole[: len(whole) // 2], 40), Finish("pause"))


def counts_always(request: ModelRequest) -> Reply:
    reply = complete(request, timing.varied(answer_text(texts.brief(request.prompt), request), 40))
    return replace(reply, usage_always=True)


def keeps_alive(request: ModelRequest) -> Reply:
    """Keep-alives before the first word and after every sentence."""
    return complete(request, _with_keep_alives(answer_text(texts.brief(request.prompt), request)))


def keeps_alive_forever(request: ModelRequest) -> Reply:
    """Keep-alives for ever, and never a word."""
    return Stream(_endless_keep_alives())


def _with_keep_alives(text: str) -> Iterator[Step]:
    yield from (KeepAlive(0.5) for _ in range(4))
    for delta in timing.varied(text, 40):
        yield delta
        if delta.text[-1] in ".!?":
            yield KeepAlive(0.3)


def _endless_keep_alives() -> Iterator[Step]:
    while True:
        yield KeepAlive(2)
