"""How a model goes on when it is asked to: truly, or in one of the ways that models fail."""

from __future__ import annotations

import re
from typing import Literal

from streaming.demo.behaviours.request import Continuation, ModelRequest
from streaming.demo.behaviours.steps import Problem
from streaming.demo.behaviours.texts import remainder

ResumeStyle = Literal["truly", "echo", "restarts", "repeats", "preamble"]
RELUCTANT = Problem(
    400,
    "invalid_request_error",
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message.",
)
_PREAMBLE = "Sure, continuing from where I left off:\n\n"
_SENTENCE_START = re.compile(r"(?:[.!?:|]\s+|\n)(?=\S)")


def answer(whole: str, ask: ModelRequest, manner: ResumeStyle = "truly") -> str:
    """What the model says to this request, if `whole` is its whole answer to the prompt."""
    asked = ask.continuation
    if asked is None or manner == "restarts":
        return whole
    if manner == "repeats":
        said = asked.partial.rstrip()
        return _last_sentence(said) + remainder(whole, said)
    rest = remainder(whole, asked.partial)
    if asked.way == "prefill":
        return asked.partial + rest if manner == "echo" else rest
    return _obeyed(asked, manner) + rest


def _obeyed(asked: Continuation, manner: ResumeStyle) -> str:
    """What stands before the rest when the model was told to repeat the anchor."""
    return (_PREAMBLE if manner == "preamble" else "") + asked.anchor


def _last_sentence(text: str) -> str:
    """The last sentence, or as many as make it long enough to be recognised."""
    starts = [match.end() for match in _SENTENCE_START.finditer(text[:-40])]
    return text[starts[-1] :] if starts else text
