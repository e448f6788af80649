"""What a reader is told of an answer that did not end by itself, in one headline and sentence."""

from __future__ import annotations

from typing import NamedTuple

from streaming import catalogue
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
    "context_window": ("Cut by length", "The conversation is longer than this model can read."),
    "content_filter": ("Withheld", "The provider withheld the rest of the answer."),
    "refusal": ("Refused", "The model declined to answer this."),
    "pause": ("Paused", "The model paused before it was done."),
}


def of(run: Generation, text: str) -> Notice:
    """What to say of an ended run whose message now holds `text`."""
    match run.status:
        case Status.CANCELLED:
            return Notice("Stopped", _kept(text, "You stopped it"), "", retry=True)
        case Status.INTERRUPTED:
            sentence = _kept(text, "The server stopped while this was being written")
            return Notice("Interrupted", sentence, "amber", retry=True)
        case Status.FAILED:
            return _failed(run, text)
    if run.finish_reason in ENDED_EARLY:
        headline, sentence = ENDED_EARLY[run.finish_reason]
        return Notice(headline, sentence, "amber")
    return Notice("", "", retry=not text.strip())


def _failed(run: Generation, text: str) -> Notice:
    headline = "Broken off" if text.strip() else "No answer"
    sentence = run.error_message or catalogue.sentence(run.error_code)
    if text.strip():
        sentence = f"{sentence} {_kept(text)}"
    return Notice(
        headline,
        sentence,
        "amber" if text.strip() else "red",
        retry=catalogue.can_retry(run.error_code),
        retry_after=run.retry_after,
        request_id=run.upstream_request_id,
    )


def _kept(text: str, what: str = "") -> str:
    """`what` happened, and what is kept of the answer."""
    words = len(text.split())
    if not words:
        return f"{what} before the first word." if what else ""
    kept = "The one word is kept." if words == 1 else f"All {words:,} words are kept."
    return f"{what}. {kept}" if what else kept
