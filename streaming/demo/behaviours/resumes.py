"""How a model continues when it is asked to: exactly, or in one of the ways that models fail."""

from __future__ import annotations

import re
from typing import Literal

from streaming.demo.behaviours.request import Continuation, ModelRequest
from streaming.demo.behaviours.steps import Problem
from streaming.demo.behaviours.texts import remainder

ResumeStyle = Literal["exact", "echo", "restarts", "repeats", "preamble"]
NO_PREFILL = Problem(
    400,
    "invalid_request_error",
    "This model does not support assistant message prefill. "
    "The conversation must end with a user message.",
)
_PREAMBLE = "Sure, continuing from where I left off:\n\n"
_SENTENCE_START = re.compile(r"(?:[.!?:|]\s+|\n)(?=\S)")


def answer_text(whole: str, request: ModelRequest, style: ResumeStyle = "exact") -> str:
    """What the model writes for this request if `whole` is its whole answer to the prompt."""
    continuation = request.continuation
    if continuation is None or style == "restarts":
        return whole
    if style == "repeats":
        partial = continuation.partial.rstrip()
        return _last_sentence(partial) + remainder(whole, partial)
    rest = remainder(whole, continuation.partial)
    if continuation.way == "prefill":
        return continuation.partial + rest if style == "echo" else rest
    return _repeated_anchor(continuation, style) + rest


def _repeated_anchor(continuation: Continuation, style: ResumeStyle) -> str:
    """What comes before the rest if the model was told to repeat the anchor."""
    return (_PREAMBLE if style == "preamble" else "") + continuation.anchor


def _last_sentence(text: str) -> str:
    """The last sentence, or as many as make it long enough to be recognised."""
    starts = [match.end() for match in _SENTENCE_START.finditer(text[:-40])]
    return text[starts[-1] :] if starts else text
