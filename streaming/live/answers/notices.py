"""What a reader is told of an answer that did not end by itself, in one headline and sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from streaming.error_messages import failures
from streaming.models import Generation

Status = Generation.Status


class Notice(NamedTuple):
    """`tone` is amber where the answer can go on, red where something is wrong."""

    headline: str = ""
    sentence: str = ""
    tone: str = ""
    retry: bool = False
    retry_after: float | None = None
    request_id: str = ""


NOTHING = Notice()

ENDED_EARLY = {
    "length": ("Cut by length", "The answer reached the token limit."),
    "context_window": (
        "No room left",
        "The conversation has filled all that this model can read. A new chat has room again.",
    ),
    "content_filter": ("Withheld", "The provider's filter withheld the rest of the answer."),
    "refusal": ("Refused", "The model declined to answer this."),
    "pause": ("Paused", "The model paused before it was done."),
}
BEFORE_THE_FIRST_WORD = {
    "length": "The token limit was reached before the first word.",
    "content_filter": "The provider's filter withheld the answer.",
    "pause": "The model paused before the first word.",
}
WARNINGS = {
    "missing_terminal": "The provider did not say that the answer was over.",
    "message_restarted": "The provider began the answer a second time; all of it is shown.",
    "replay_differs": "What the provider kept of this answer differs from what came before.",
    "tool_call_without_name": "The model called a tool without naming it; that call is left out.",
    "unsupported_content": "The provider sent something that cannot be shown here",
    "refusal": "The provider explains the refusal",
    "upstream": "The provider remarks",
}
NOTES = {
    "frame_skipped": "A part of the stream that could not be read was skipped; no text is missing",
    "told_differently": "The provider told the answer a second time, in other words",
}
"""What is said in the details alone, for it changes nothing of the answer."""


def of(run: Generation, text: str) -> Notice:
    """What to say of an ended run whose message now holds `text`."""
    match run.status:
        case Status.CANCELLED:
            sentence = f"{_kept(text, 'You stopped it')} {run.error_message}".strip()
            return Notice("Stopped", sentence, "", retry=True)
        case Status.INTERRUPTED:
            sentence = _kept(text, "The server stopped while this was being written")
            return Notice("Interrupted", sentence, "amber", retry=True)
        case Status.FAILED:
            return _failed(run, text)
    if run.finish_reason in ENDED_EARLY:
        headline, sentence = ENDED_EARLY[run.finish_reason]
        if not text.strip():
            sentence = BEFORE_THE_FIRST_WORD.get(run.finish_reason, sentence)
        return Notice(headline, sentence, "amber")
    return Notice("", "", retry=not text.strip())


def waiting(run: Generation) -> Notice:
    """What to say of a running run that waits before it asks again."""
    left = math.ceil((run.retry_at - timezone.now()).total_seconds()) if run.retry_at else 0
    if left <= 0:
        return NOTHING
    return Notice(_attempt(run), run.error_message, "amber", retry_after=left)


def _attempt(run: Generation) -> str:
    """Which of how many tries comes next; a run that goes on counts its own requests only."""
    if run.tries <= 1:
        return "Going on"
    return f"Trying again, {run.tries - 1} of {max(settings.AUTOMATIC_RETRIES, run.tries - 1)}"


def in_line(place: int) -> Notice:
    """What to say of a run that waits for others of the same person to end."""
    if not place:
        return NOTHING
    most = settings.RUNNING_PER_USER
    others = f"{most} other answers are" if most > 1 else "Another answer is"
    return Notice(f"Number {place} in line", f"{others} being written for you.", "amber")


def warnings(run: Generation) -> list[str]:
    """What the provider gave to think about, though it did not end the answer."""
    told = (warned for warned in run.warnings if warned["code"] not in NOTES)
    return list(dict.fromkeys(map(_warning, told)))


def notes(run: Generation) -> list[str]:
    """What came of the stream that is of interest to those who look at it."""
    told = (warned for warned in run.warnings if warned["code"] in NOTES)
    return list(dict.fromkeys(map(_warning, told)))


def _warning(warned: Mapping[str, str]) -> str:
    known = (WARNINGS | NOTES).get(warned["code"], f"The provider warns ({warned['code']})")
    known = known.removesuffix(".")
    return f"{known}: {warned['message']}" if warned["message"] else f"{known}."


def _failed(run: Generation, text: str) -> Notice:
    headline = "Broken off" if text.strip() else "No answer"
    sentence = run.error_message or failures.sentence(run.error_code)
    if text.strip():
        sentence = f"{sentence} {_kept(text)}"
    return Notice(
        headline,
        sentence,
        "amber" if text.strip() else "red",
        retry=failures.can_retry(run.error_code),
        retry_after=_left(run),
        request_id=run.upstream_request_id,
    )


def _left(run: Generation) -> int | None:
    """Seconds until a retry may help; None where that is over, or nobody waits for it."""
    wish = run.retry_after
    if wish is None or run.ended_at is None or not wish < failures.LONG_SECONDS:
        return None
    left = math.ceil(wish - (timezone.now() - run.ended_at).total_seconds())
    return left if left > 0 else None


def _kept(text: str, what: str = "") -> str:
    """`what` happened, and what is kept of the answer."""
    words = len(text.split())
    if not words:
        return f"{what} before the first word." if what else ""
    kept = "The one word is kept." if words == 1 else f"All {words:,} words are kept."
    return f"{what}. {kept}" if what else kept
