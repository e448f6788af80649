"""Models that tell a text: all of it, a part, slowly, again, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import RELUCTANT, ResumeStyle, answer
from streaming.demo.behaviours.steps import (
    EndStep,
    Finish,
    RateLimited,
    Reply,
    Step,
    Stream,
    Timestamp,
    limited,
)

Behaviour = Callable[[ModelRequest], Reply]
_LENGTH_TOKENS = 80


def essay(per_second: float, manner: ResumeStyle = "truly") -> Behaviour:
    def play(ask: ModelRequest) -> Reply:
        text = answer(texts.essay(ask.prompt), ask, manner)
        return told(ask, timing.lively(text, per_second))

    return play


def broken_off(end: EndStep, share: float = 0.3, *later: float) -> Behaviour:
    """An essay that ends in `end` part way through, and asked to continue once more at each
    `later` share; then it says the rest.
    """

    def play(ask: ModelRequest) -> Reply:
        whole = texts.essay(ask.prompt)
        shares, said = (later, len(ask.continuation.partial)) if ask.continuation else ([share], 0)
        text, ends = answer(whole, ask), (at for at in _inside_words(whole, shares) if at > said)
        end_at = next(ends, len(whole)) - len(whole)
        if not end_at:
            return told(ask, timing.lively(text, 60))
        breaks: tuple[Step, ...] = (end,)
        told_so_far, rest = text[:end_at], text[end_at:]
        return told(ask, chain(timing.lively(told_so_far, 60), breaks, timing.lively(rest, 60)))

    return play


def stuck(end: EndStep) -> Behaviour:
    """An essay that ends in `end` part way through, and at once whenever it is to continue."""
    begin = broken_off(end)
    return lambda ask: told(ask, iter((end,))) if ask.continuation else begin(ask)


def brief(ask: ModelRequest) -> Reply:
    return told(ask, timing.words(answer(texts.brief(ask.prompt), ask), 200))


def slow(ask: ModelRequest) -> Reply:
    return told(ask, timing.words(answer(texts.essay(ask.prompt), ask), 4))


def wait(ask: ModelRequest) -> Reply:
    steps = timing.words(answer(texts.brief(ask.prompt), ask), 40)
    return told(ask, timing.delayed(5, steps))


def empty(ask: ModelRequest) -> Reply:
    return told(ask, iter(()))


def length(ask: ModelRequest) -> Reply:
    text = answer(texts.section(ask.prompt), ask)
    steps: Iterator[Step] = chain(timing.lively(text, 60), (Finish(),))
    return Stream(limited(steps, ask.max_tokens or _LENGTH_TOKENS))


def reluctant(manner: ResumeStyle) -> Behaviour:
    """An essay by a model that refuses to go on unless it is told so in words."""
    play_essay = essay(40, manner)

    def play(ask: ModelRequest) -> Reply:
        return RELUCTANT if _prefilled(ask) else play_essay(ask)

    return play


def rate_limited(ask: ModelRequest) -> Reply:
    return RateLimited(2, told(ask, timing.lively(answer(texts.brief(ask.prompt), ask), 60)))


def unicode(ask: ModelRequest) -> Reply:
    return told(ask, timing.halves(answer(texts.unicode_tour(), ask), 50))


def load(per_second: int, characters: int, deltas: int) -> Behaviour:
    def play(ask: ModelRequest) -> Reply:
        text = answer(texts.ballast(characters * deltas), ask)
        return told(ask, timing.steady(text, characters, per_second), exact=True)

    return play


def clock(per_second: int, deltas: int) -> Behaviour:
    def stamp(now: float) -> str:
        return f"⟨{now:.6f}⟩ "

    def play(ask: ModelRequest) -> Reply:
        return told(ask, (Timestamp(stamp, 1 / per_second) for _ in range(deltas)), exact=True)

    return play


def code(kibibytes: int, at_once: int) -> Behaviour:
    """One block of code, so long that all of it is, in deltas of `at_once` KiB."""

    def play(ask: ModelRequest) -> Reply:
        text = answer(texts.listing(kibibytes * 1024), ask)
        return told(ask, timing.steady(text, at_once * 1024, 200), exact=True)

    return play


def told(
    ask: ModelRequest, steps: Iterator[Step], finish: Finish | None = None, *, exact: bool = False
) -> Stream:
    """The steps with a proper end, within the budget of the request."""
    return Stream(_within(ask, chain(steps, (finish or Finish(),))), exact)


def _within(ask: ModelRequest, steps: Iterator[Step]) -> Iterator[Step]:
    return limited(steps, ask.max_tokens) if ask.max_tokens else steps


def _inside_words(text: str, shares: Iterable[float]) -> Iterator[int]:
    """For each share of the text the first place after it with two letters on either side."""
    for share in shares:
        places = range(int(len(text) * share), len(text))
        inside = (at for at in places if text[at - 2 : at + 2].isalpha())
        yield next(inside, len(text) // 2)


def _prefilled(ask: ModelRequest) -> bool:
    return ask.continuation is not None and ask.continuation.way == "prefill"
