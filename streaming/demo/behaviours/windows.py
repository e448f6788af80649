"""Models that read little at once: they say what they were sent, or refuse what is too much."""

from __future__ import annotations

from streaming.demo.behaviours import texts, timing
from streaming.demo.behaviours.essays import Behaviour, complete
from streaming.demo.behaviours.request import ModelRequest
from streaming.demo.behaviours.resumes import answer_text
from streaming.demo.behaviours.steps import Problem, Reply, tokens

SMALL = 2000


def reads(window: int) -> Behaviour:
    """Refuses more than that many tokens; of less it tells the number of messages and the first."""

    def behave(request: ModelRequest) -> Reply:
        sent = sum(tokens(len(turn.text)) for turn in request.turns)
        if sent > window:
            return _too_long(window, sent)
        spoken = [turn for turn in request.turns if turn.role != "system"]
        first = texts.quotable(spoken[0].text) if spoken else ""
        text = f"I read {len(spoken)} messages. The first one begins “{first}”.\n"
        return complete(request, timing.words(answer_text(text, request), 200))

    return behave


def _too_long(window: int, sent: int) -> Problem:
    return Problem(
        400,
        "invalid_request_error",
        f"This model's maximum context length is {window} tokens. However, your messages resulted "
        f"in {sent} tokens. Please reduce the length of the messages.",
        "context_length_exceeded",
    )
