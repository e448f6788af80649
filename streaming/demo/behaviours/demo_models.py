"""Which demo models there are. The id says what a model does; MODELS says it in a sentence.

Those with a name are OFFERED; the others are for tests.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from streaming.demo.behaviours import essays, files, malformed, media, special, tools, windows
from streaming.demo.behaviours.essays import Behaviour
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.steps import (
    Disconnect,
    Hang,
    NoAnswer,
    Problem,
    Reply,
    StreamError,
    Unterminated,
)

_ERROR = "The server had an error while processing your request. Sorry about that!"


@dataclass(frozen=True, slots=True)
class DemoModel:
    """A model of the list; `behaviour` makes its reply to a request.

    `can` and `window` (in tokens) are told in the list where they are known.
    """

    id: str
    description: str
    behaviour: Behaviour
    name: str = ""
    can: tuple[str, ...] = ()
    window: int | None = None


def find(model: str) -> Behaviour | None:
    """The behaviour of a model id with its parameters; None if there is no such model."""
    if model in _BY_ID:
        return _BY_ID[model].behaviour
    for pattern, make in _PARAMETERISED:
        if match := pattern.fullmatch(model):
            return make(*(int(group) for group in match.groups()))
    return None


def _problem(
    status: int, kind: str, message: str, code: str | None = None
) -> Callable[[ModelRequest], Reply]:
    problem = Problem(status, kind, message, code)
    return lambda request: problem


def _silent(request: ModelRequest) -> Reply:
    return NoAnswer()


MODELS = (
    DemoModel(
        "demo-tour", "A long answer with a table, code, maths and emoji.", essays.essay(60), "Tour"
    ),
    DemoModel("demo-brief", "Three sentences, at once.", essays.brief, "Three sentences"),
    DemoModel("demo-slow", "Four words a second.", essays.slow, "Writes slowly"),
    DemoModel("demo-wait", "Takes five seconds before its first word.", essays.wait),
    DemoModel(
        "demo-thinks",
        "Thinks, writes, thinks again, writes again.",
        special.thinks,
        "Thinks aloud",
        ("reasoning",),
    ),
    DemoModel(
        "demo-tools",
        "Calls tools, those that a prompt names too, then answers from what they say.",
        tools.uses_tools,
        "Calls tools",
        ("tools",),
    ),
    DemoModel(
        "demo-files",
        "Tells which pictures and documents it was sent.",
        files.tells_files,
        "Tells what it was sent",
        ("vision",),
    ),
    DemoModel(
        "demo-paints", "Writes, and paints a picture.", media.paints, "Paints", ("image_output",)
    ),
    DemoModel(
        "demo-searches", "Searches the web, and names its sources.", media.searches, "Searches"
    ),
    DemoModel(
        "demo-unicode", "Every script and many emoji, cut inside characters.", essays.unicode
    ),
    DemoModel("demo-length", "Stops at its token limit, every 80 tokens.", essays.length),
    DemoModel(
        "demo-stall",
        "Begins, then falls silent for ever.",
        essays.breaks_off(Hang(), 0.1),
        "Falls silent",
    ),
    DemoModel("demo-silent", "Never answers at all.", _silent),
    DemoModel(
        "demo-flaky", "Loses the connection once, inside a word.", essays.breaks_off(Disconnect())
    ),
    DemoModel(
        "demo-cut",
        "Loses the connection three times, each inside a word.",
        essays.breaks_off(Disconnect(), 0.3, 0.36, 0.42),
        "Breaks off mid-word",
    ),
    DemoModel(
        "demo-stuck",
        "Loses the connection, and cannot continue.",
        essays.never_resumes(Disconnect()),
    ),
    DemoModel("demo-unterminated", "Ends without saying so.", essays.breaks_off(Unterminated())),
    DemoModel(
        "demo-error-mid",
        "Reports an error part way through.",
        essays.breaks_off(StreamError(Problem(500, "server_error", _ERROR, "server_error"))),
    ),
    DemoModel("demo-prefill", "Continues exactly where it was stopped.", essays.essay(30)),
    DemoModel("demo-echo-prefill", "Repeats what there is, continues.", essays.essay(30, "echo")),
    DemoModel(
        "demo-no-prefill", "Has to be told in words to continue.", essays.refuses_prefill("exact")
    ),
    DemoModel(
        "demo-restarts", "Begins again when it should continue.", essays.essay(40, "restarts")
    ),
    DemoModel(
        "demo-repeats", "Repeats its last sentence, continues.", essays.refuses_prefill("repeats")
    ),
    DemoModel(
        "demo-preamble",
        "Announces that it continues, continues.",
        essays.refuses_prefill("preamble"),
    ),
    DemoModel(
        "demo-rate-limited", "Asks to wait two seconds; then it answers.", essays.rate_limited
    ),
    DemoModel(
        "demo-unauthorized",
        "Refuses the key.",
        _problem(401, "invalid_request_error", "Incorrect API key provided.", "invalid_api_key"),
    ),
    DemoModel(
        "demo-no-credit",
        "Says that the account is empty.",
        _problem(
            429,
            "insufficient_quota",
            "You exceeded your current quota, please check your plan and billing details.",
            "insufficient_quota",
        ),
    ),
    DemoModel(
        "demo-overloaded",
        "Has too much to do.",
        _problem(
            503, "service_unavailable", "The engine is currently overloaded, try again later."
        ),
    ),
    DemoModel(
        "demo-too-long",
        "Cannot read that much.",
        _problem(
            400,
            "invalid_request_error",
            "This model's maximum context length is 4 tokens.",
            "context_length_exceeded",
        ),
    ),
    DemoModel(
        "demo-small",
        "Reads 2,000 tokens, and says what it read.",
        windows.reads(windows.SMALL),
        window=windows.SMALL,
    ),
    DemoModel("demo-broken", "Answers with an error.", _problem(500, "server_error", _ERROR)),
    DemoModel("demo-refusal", "Refuses to answer.", special.refuses, "Refuses"),
    DemoModel("demo-filter", "Is stopped by a content filter.", special.is_filtered),
    DemoModel("demo-pause", "Pauses half way through.", special.pauses),
    DemoModel("demo-empty", "Says nothing, and calls that an answer.", essays.empty),
    DemoModel("demo-usage-always", "Counts its tokens in every chunk.", special.counts_always),
    DemoModel("demo-keep-alive", "Shows signs of life between its words.", special.keeps_alive),
    DemoModel(
        "demo-drip", "Shows signs of life for ever, and says nothing.", special.keeps_alive_forever
    ),
    DemoModel("demo-unstreamed", "Sends its answer whole, in one piece.", malformed.unstreamed),
    DemoModel("demo-page", "Sends a web page instead of an answer.", malformed.web_page),
    DemoModel("demo-garbage", "Sends events that nobody can read.", malformed.garbage),
    DemoModel("demo-long-line", "Sends a line of 100 MB.", malformed.long_line),
    DemoModel("demo-bomb", "Sends little that unpacks to 200 MB.", malformed.gzip_bomb),
    DemoModel("demo-elsewhere", "Sends the client somewhere else.", malformed.redirect),
)
OFFERED = tuple(model for model in MODELS if model.name)
_BY_ID = {model.id: model for model in MODELS}
_PARAMETERISED: tuple[tuple[re.Pattern[str], Callable[..., Behaviour]], ...] = (
    (re.compile(r"demo-load-([1-9]\d{0,3})-([1-9]\d{0,3})-(\d{1,6})"), essays.load),
    (re.compile(r"demo-code-([1-9]\d{0,3})-([1-9]\d{0,2})"), essays.code),
    (re.compile(r"demo-clock-([1-9]\d{0,3})-(\d{1,6})"), essays.clock),
    (re.compile(r"demo-window-([1-9]\d{0,6})"), windows.reads),
)
