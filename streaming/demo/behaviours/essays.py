"""Models that write a text: whole, in part, slowly, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import NO_PREFILL, ResumeStyle, answer_text
from streaming.demo.behaviours.steps import (
    EndStep,
    Finish,
    RateLimited,
    Reply,
    Step,
    Stream,
    Timestamp,
    within_budget,
)

Behaviour = Callable[[ModelRequest], Reply]
_LENGTH_TOKENS = 80


def essay(per_second: float, style: ResumeStyle = "exact") -> Behaviour:
    def behave(request: ModelRequest) -> Reply:
        text = answer_text(texts.essay(request.prompt), request, style)
        return complete(request, timing.varied(text, per_second))

    return behave


def breaks_off(end: EndStep, share: float = 0.3, *later: float) -> Behaviour:
    """An essay that ends with `end` at a `share` of its length.

    When it is continued it ends so again at each `later` share; after the last it writes the rest.
    """

    def behave(request: ModelRequest) -> Reply:
        whole = texts.essay(request.prompt)
        text = answer_text(whole, request)
        partial = request.continuation.partial if request.continuation else ""
        breaks = _inside_words(whole, later if request.continuation else (share,))
        break_at = next((at for at in breaks if at > len(partial)), None)
        if break_at is None:
            return complete(request, timing.varied(text, 60))
        before_rest = break_at - len(whole)  # from the end: an anchor may stand before the text
        before, rest = text[:before_rest], text[before_rest:]
        ending: tuple[Step, ...] = (end,)
        return complete(request, chain(timing.varied(before, 60), ending, timing.varied(rest, 60)))

    return behave


def never_resumes(end: EndStep) -> Behaviour:
    """An essay that ends with `end` part way through, and at once when it is continued."""
    begin = breaks_off(end)

    def behave(request: ModelRequest) -> Reply:
        return complete(request, iter((end,))) if request.continuation else begin(request)

    return behave


def brief(request: ModelRequest) -> Reply:
    return complete(request, timing.words(answer_text(texts.brief(request.prompt), request), 200))


def slow(request: ModelRequest) -> Reply:
    return complete(request, timing.words(answer_text(texts.essay(request.prompt), request), 4))


def wait(request: ModelRequest) -> Reply:
    steps = timing.words(answer_text(texts.brief(request.prompt), request), 40)
    return complete(request, timing.delayed(5, steps))


def empty(request: ModelRequest) -> Reply:
    return complete(request, iter(()))


def length(request: ModelRequest) -> Reply:
    text = answer_text(texts.section(request.prompt), request)
    steps: Iterator[Step] = chain(timing.varied(text, 60), (Finish(),))
    return Stream(within_budget(steps, request.max_tokens or _LENGTH_TOKENS))


def refuses_prefill(style: ResumeStyle) -> Behaviour:
    """An essay by a model that refuses a prefill: it continues only if it is told so in words."""
    write_essay = essay(40, style)

    def behave(request: ModelRequest) -> Reply:
        return NO_PREFILL if _is_prefill(request) else write_essay(request)

    return behave


def rate_limited(request: ModelRequest) -> Reply:
    return RateLimited(
        2, complete(request, timing.varied(answer_text(texts.brief(request.prompt), request), 60))
    )


def unicode(request: ModelRequest) -> Reply:
    return complete(request, timing.utf16_units(answer_text(texts.unicode_tour(), request), 50))


def load(per_second: int, characters: int, deltas: int) -> Behaviour:
    def behave(request: ModelRequest) -> Reply:
        text = answer_text(texts.filler(characters * deltas), request)
        return complete(request, timing.steady(text, characters, per_second), exact=True)

    return behave


def clock(per_second: int, deltas: int) -> Behaviour:
    def stamp(now: float) -> str:
        return f"⟨{now:.6f}⟩ "

    def behave(request: ModelRequest) -> Reply:
        return complete(
            request, (Timestamp(stamp, 1 / per_second) for _ in range(deltas)), exact=True
        )

    return behave


def code(kibibytes: int, at_once: int) -> Behaviour:
    """An answer of that length that is one block of code, in deltas of `at_once` KiB."""

    def behave(request: ModelRequest) -> Reply:
        text = answer_text(texts.code_listing(kibibytes * 1024), request)
        return complete(request, timing.steady(text, at_once * 1024, 200), exact=True)

    return behave


def complete(
    request: ModelRequest,
    steps: Iterator[Step],
    finish: Finish | None = None,
    *,
    exact: bool = False,
) -> Stream:
    """The steps with a proper end, within the budget of the request."""
    ended: Iterator[Step] = chain(steps, (finish or Finish(),))
    return Stream(within_budget(ended, request.max_tokens) if request.max_tokens else ended, exact)


def _inside_words(text: str, shares: Iterable[float]) -> Iterator[int]:
    """For each share of the text the first place after it with two letters on either side."""
    for share in shares:
        places = range(int(len(text) * share), len(text))
        inside = (at for at in places if text[at - 2 : at + 2].isalpha())
        yield next(inside, len(text) // 2)


def _is_prefill(request: ModelRequest) -> bool:
    return request.continuation is not None and request.continuation.way == "prefill"
