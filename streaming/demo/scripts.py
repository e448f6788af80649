"""What each demo model says and does. The id says it; MODELS says it in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from streaming.demo import pace, texts
from streaming.demo.ask import Ask
from streaming.demo.manners import RELUCTANT, Manner, answer
from streaming.demo.steps import (
    Clock,
    Cut,
    Fail,
    Finish,
    Hang,
    Later,
    Leave,
    NoAnswer,
    Problem,
    Reply,
    Step,
    Stream,
    limited,
)

Play = Callable[[Ask], Reply]
_LENGTH_TOKENS = 80
_OVERLOADED = "The server had an error while processing your request. Sorry about that!"


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the list; `play` is what it answers to a request."""

    id: str
    description: str
    play: Play


def find(model: str) -> Play | None:
    """The play of a model id, parameters and all; None if there is no such model."""
    if model in _BY_ID:
        return _BY_ID[model].play
    for pattern, make in _PARAMETERISED:
        if match := pattern.fullmatch(model):
            return make(*(int(group) for group in match.groups()))
    return None


def _essay(per_second: float, manner: Manner = "truly") -> Play:
    def play(ask: Ask) -> Reply:
        text = answer(texts.essay(ask.prompt), ask, manner)
        return _told(ask, pace.lively(text, per_second))

    return play


def _broken_off(end: Step, share: float = 0.3) -> Play:
    """An essay that ends in `end` part way through; asked to continue, it says the rest."""

    def play(ask: Ask) -> Reply:
        whole = texts.essay(ask.prompt)
        if ask.continuation:
            return _told(ask, pace.lively(answer(whole, ask), 60))
        return Stream(chain(pace.lively(whole[: _inside_word(whole, share)], 60), (end,)))

    return play


def _brief(ask: Ask) -> Reply:
    return _told(ask, pace.words(answer(texts.brief(ask.prompt), ask), 200))


def _slow(ask: Ask) -> Reply:
    return _told(ask, pace.words(answer(texts.essay(ask.prompt), ask), 4))


def _wait(ask: Ask) -> Reply:
    steps = pace.words(answer(texts.brief(ask.prompt), ask), 40)
    return _told(ask, pace.delayed(5, steps))


def _empty(ask: Ask) -> Reply:
    return _told(ask, iter(()))


def _length(ask: Ask) -> Reply:
    text = answer(texts.section(ask.prompt), ask)
    steps: Iterator[Step] = chain(pace.lively(text, 60), (Finish(),))
    return Stream(limited(steps, ask.max_tokens or _LENGTH_TOKENS))


def _no_prefill(ask: Ask) -> Reply:
    return RELUCTANT if _prefilled(ask) else _essay(40)(ask)


def _repeats(ask: Ask) -> Reply:
    return RELUCTANT if _prefilled(ask) else _essay(40, "repeats")(ask)


def _preamble(ask: Ask) -> Reply:
    return RELUCTANT if _prefilled(ask) else _essay(40, "preamble")(ask)


def _rate_limited(ask: Ask) -> Reply:
    return Later(2, _told(ask, pace.lively(answer(texts.brief(ask.prompt), ask), 60)))


def _unicode(ask: Ask) -> Reply:
    return _told(ask, pace.halves(answer(texts.unicode_tour(), ask), 50))


def _load(per_second: int, characters: int, deltas: int) -> Play:
    def play(ask: Ask) -> Reply:
        text = answer(texts.ballast(characters * deltas), ask)
        return _told(ask, pace.steady(text, characters, per_second), exact=True)

    return play


def _clock(per_second: int, deltas: int) -> Play:
    def stamp(now: float) -> str:
        return f"⟨{now:.6f}⟩ "

    def play(ask: Ask) -> Reply:
        return _told(ask, (Clock(stamp, 1 / per_second) for _ in range(deltas)), exact=True)

    return play


def _always(reply: Reply) -> Play:
    return lambda ask: reply


def _told(ask: Ask, steps: Iterator[Step], *, exact: bool = False) -> Stream:
    """The steps with a proper end, within the budget of the request."""
    whole = chain(steps, (Finish(),))
    return Stream(limited(whole, ask.max_tokens) if ask.max_tokens else whole, exact)


def _inside_word(text: str, share: float) -> int:
    """The first place after that share of the text with two letters on either side."""
    return next(
        (at for at in range(int(len(text) * share), len(text)) if text[at - 2 : at + 2].isalpha()),
        len(text) // 2,
    )


def _prefilled(ask: Ask) -> bool:
    return ask.continuation is not None and ask.continuation.way == "prefill"


MODELS = (
    Model("demo-tour", "A long answer with a table, code, maths and emoji.", _essay(60)),
    Model("demo-brief", "Three sentences, at once.", _brief),
    Model("demo-slow", "Four words a second.", _slow),
    Model("demo-stall", "Begins, then falls silent for ever.", _broken_off(Hang(), 0.1)),
    Model("demo-silent", "Never answers at all.", _always(NoAnswer())),
    Model("demo-wait", "Takes five seconds before its first word.", _wait),
    Model("demo-cut", "Loses the connection in the middle of a word.", _broken_off(Cut())),
    Model("demo-unterminated", "Ends without saying that it ends.", _broken_off(Leave())),
    Model(
        "demo-error-mid",
        "Reports an error half way through.",
        _broken_off(Fail(Problem(500, "server_error", _OVERLOADED, "server_error"))),
    ),
    Model("demo-rate-limited", "Asks to wait two seconds; then it answers.", _rate_limited),
    Model(
        "demo-unauthorized",
        "Refuses the key.",
        _always(
            Problem(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key")
        ),
    ),
    Model(
        "demo-broken",
        "Answers with an error of the server.",
        _always(Problem(500, "server_error", _OVERLOADED)),
    ),
    Model("demo-length", "Stops at its token limit, every 80 tokens.", _length),
    Model("demo-prefill", "Goes on exactly where an answer was stopped.", _essay(30)),
    Model(
        "demo-echo-prefill", "Repeats the whole answer so far, then goes on.", _essay(30, "echo")
    ),
    Model("demo-no-prefill", "Has to be told in words to go on.", _no_prefill),
    Model("demo-restarts", "Begins again when it should go on.", _essay(40, "restarts")),
    Model("demo-repeats", "Repeats its last sentence, then goes on.", _repeats),
    Model("demo-preamble", "Says that it will go on, then goes on.", _preamble),
    Model("demo-empty", "Says nothing, and calls that an answer.", _empty),
    Model("demo-unicode", "Every script and many emoji, cut inside their characters.", _unicode),
)
_BY_ID = {model.id: model for model in MODELS}
_PARAMETERISED: tuple[tuple[re.Pattern[str], Callable[..., Play]], ...] = (
    (re.compile(r"demo-load-([1-9]\d{0,3})-([1-9]\d{0,3})-(\d{1,6})"), _load),
    (re.compile(r"demo-clock-([1-9]\d{0,3})-(\d{1,6})"), _clock),
)
