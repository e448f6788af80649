"""Which demo models there are. The id says what a model does; MODELS says it in a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from streaming.demo.behaviours import essays, malformed, special
from streaming.demo.behaviours.essays import Play
from streaming.demo.behaviours.request import Ask
from streaming.demo.behaviours.steps import (
    Cut,
    Fail,
    Hang,
    Leave,
    NoAnswer,
    Problem,
    Reply,
)

_ERROR = "The server had an error while processing your request. Sorry about that!"


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


def _problem(
    status: int, kind: str, message: str, code: str | None = None
) -> Callable[[Ask], Reply]:
    problem = Problem(status, kind, message, code)
    return lambda ask: problem


def _silent(ask: Ask) -> Reply:
    return NoAnswer()


MODELS = (
    Model("demo-tour", "A long answer with a table, code, maths and emoji.", essays.essay(60)),
    Model("demo-brief", "Three sentences, at once.", essays.brief),
    Model("demo-slow", "Four words a second.", essays.slow),
    Model("demo-wait", "Takes five seconds before its first word.", essays.wait),
    Model("demo-thinks", "Thinks, writes, thinks again, writes again.", special.thinks),
    Model("demo-tools", "Calls two tools, then answers from what they say.", special.uses_tools),
    Model("demo-unicode", "Every script and many emoji, cut inside characters.", essays.unicode),
    Model("demo-length", "Stops at its token limit, every 80 tokens.", essays.length),
    Model("demo-stall", "Begins, then falls silent for ever.", essays.broken_off(Hang(), 0.1)),
    Model("demo-silent", "Never answers at all.", _silent),
    Model("demo-flaky", "Loses the connection once, inside a word.", essays.broken_off(Cut())),
    Model(
        "demo-cut",
        "Loses the connection three times, each inside a word.",
        essays.broken_off(Cut(), 0.3, 0.36, 0.42),
    ),
    Model("demo-stuck", "Loses the connection, and cannot continue.", essays.stuck(Cut())),
    Model("demo-unterminated", "Ends without saying so.", essays.broken_off(Leave())),
    Model(
        "demo-error-mid",
        "Reports an error part way through.",
        essays.broken_off(Fail(Problem(500, "server_error", _ERROR, "server_error"))),
    ),
    Model("demo-prefill", "Goes on exactly where it was stopped.", essays.essay(30)),
    Model("demo-echo-prefill", "Repeats what there is, goes on.", essays.essay(30, "echo")),
    Model("demo-no-prefill", "Has to be told in words to go on.", essays.reluctant("truly")),
    Model("demo-restarts", "Begins again when it should go on.", essays.essay(40, "restarts")),
    Model("demo-repeats", "Repeats its last sentence, goes on.", essays.reluctant("repeats")),
    Model("demo-preamble", "Announces that it goes on, goes on.", essays.reluctant("preamble")),
    Model("demo-rate-limited", "Asks to wait two seconds; then it answers.", essays.rate_limited),
    Model(
        "demo-unauthorized",
        "Refuses the key.",
        _problem(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key"),
    ),
    Model(
        "demo-no-credit",
        "Says that the account is empty.",
        _problem(
            429,
            "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
        ),
    ),
    Model(
        "demo-overloaded",
        "Has too much to do.",
        _problem(
            503, "service_unavailable", "The engine is currently overloaded, try again later."
        ),
    ),
    Model(
        "demo-too-long",
        "Cannot read that much.",
        _problem(
            400,
            "invalid_request_error",
            "This model's maximum context length is 4 tokens.",
            "context_length_exceeded",
        ),
    ),
    Model("demo-broken", "Answers with an error.", _problem(500, "server_error", _ERROR)),
    Model("demo-refusal", "Refuses to answer.", special.refuses),
    Model("demo-filter", "Is stopped by a content filter.", special.is_filtered),
    Model("demo-pause", "Pauses half way through.", special.pauses),
    Model("demo-empty", "Says nothing, and calls that an answer.", essays.empty),
    Model("demo-usage-always", "Counts its tokens in every chunk.", special.counts_always),
    Model("demo-keep-alive", "Shows signs of life between its words.", special.keeps_alive),
    Model("demo-drip", "Shows signs of life for ever, and says nothing.", special.drips),
    Model("demo-unstreamed", "Sends its answer whole, in one piece.", malformed.unstreamed),
    Model("demo-page", "Sends a web page instead of an answer.", malformed.page),
    Model("demo-garbage", "Sends events that nobody can read.", malformed.garbage),
    Model("demo-long-line", "Sends a line of 100 MB.", malformed.long_line),
    Model("demo-bomb", "Sends little that unpacks to 200 MB.", malformed.bomb),
    Model("demo-elsewhere", "Sends the client somewhere else.", malformed.elsewhere),
)
_BY_ID = {model.id: model for model in MODELS}
_PARAMETERISED: tuple[tuple[re.Pattern[str], Callable[..., Play]], ...] = (
    (re.compile(r"demo-load-([1-9]\d{0,3})-([1-9]\d{0,3})-(\d{1,6})"), essays.load),
    (re.compile(r"demo-code-([1-9]\d{0,3})-([1-9]\d{0,2})"), essays.code),
    (re.compile(r"demo-clock-([1-9]\d{0,3})-(\d{1,6})"), essays.clock),
)
