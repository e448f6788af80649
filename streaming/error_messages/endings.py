"""How an answer ended, or what it waits for: headlines and sentences. Pure."""

from collections.abc import Mapping

EDITED = "Resume continues the text as you edited it."
STOPPED = "Stopped"
INTERRUPTED = "Interrupted"
BROKEN_OFF = "Broken off"
NO_ANSWER = "No answer"
CUT_BY_LENGTH = "Cut by length"
RESUMING = "Resuming"
FINISHED = "Finished"
WRITING = "Writing"

BY_YOU = "You stopped it"
BY_THE_SERVER = "The server stopped while this was being written"

EARLY: Mapping[str, tuple[str, str]] = {
    "length": (CUT_BY_LENGTH, "The answer reached the token limit."),
    "context_window": (
        "No room left",
        "The conversation has filled all that this model can read. A new chat has room again.",
    ),
    "content_filter": ("Withheld", "The provider's filter withheld the rest of the answer."),
    "refusal": ("Refused", "The model declined to answer this."),
    "pause": ("Paused", "The model paused before it was done."),
}
"""By finish reason: the model ended before it was done."""
BEFORE_THE_FIRST_WORD: Mapping[str, str] = {
    "length": "The token limit was reached before the first word.",
    "content_filter": "The provider's filter withheld the answer.",
    "pause": "The model paused before the first word.",
}
WARNINGS: Mapping[str, str] = {
    "missing_terminal": "The provider did not say that the answer was over.",
    "message_restarted": "The provider began the answer a second time; all of it is shown.",
    "replay_differs": "What the provider kept of this answer differs from what came before.",
    "tool_call_without_name": "The model called a tool without naming it; that call is left out.",
    "unsupported_content": "The provider sent something that cannot be shown here",
    "refusal": "The provider explains the refusal",
    "upstream": "The provider remarks",
}
NOTES: Mapping[str, str] = {
    "frame_skipped": "A part of the stream that could not be read was skipped; no text is missing",
    "told_differently": "The provider told the answer a second time, in other words",
}
"""What is said in the details alone, for it changes nothing of the answer."""


def kept(text: str, what: str = "") -> str:
    """`what` happened, and what is kept of the answer."""
    words = len(text.split())
    if not words:
        return f"{what} before the first word." if what else ""
    sentence = "The one word is kept." if words == 1 else f"All {words:,} words are kept."
    return f"{what}. {sentence}" if what else sentence


def warning(code: str, message: str) -> str:
    """Of the provider or of ours, with what the provider said of it."""
    known = {**WARNINGS, **NOTES}.get(code, f"The provider warns ({code})").removesuffix(".")
    return f"{known}: {message}" if message else f"{known}."


def trying_again(attempt: int, most: int) -> str:
    return f"Trying again, {attempt} of {most}"


def in_line(place: int, most_at_once: int) -> tuple[str, str]:
    """Of an answer that waits for others of the same person to end."""
    others = f"{most_at_once} other answers are" if most_at_once > 1 else "Another answer is"
    return f"Number {place} in line", f"{others} being written for you."
