"""How an answer ended, or what it waits for: headlines and sentences. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext, ngettext

from conversations.languages.texts import lazy_text
from streaming.providers.config import ProviderConfig
from streaming.providers.picture_models import answers_whole

EDITED = lazy_text("Resume continues the text as you edited it.")
STOPPED = lazy_text("Stopped")
INTERRUPTED = lazy_text("Interrupted")
BROKEN_OFF = lazy_text("Broken off")
NO_ANSWER = lazy_text("No answer")
CUT_BY_LENGTH = lazy_text("Cut by length")
RESUMING = lazy_text("Resuming")
FINISHED = lazy_text("Finished")
WRITING = lazy_text("Writing")

BY_YOU = lazy_text("You stopped it")
BY_AN_ADMINISTRATOR = lazy_text("An administrator stopped it")
BY_THE_SERVER = lazy_text("The server stopped while this was being written")

EARLY: Mapping[str, tuple[str, str]] = {
    "length": (CUT_BY_LENGTH, lazy_text("The answer reached the token limit.")),
    "context_window": (
        lazy_text("No room left"),
        lazy_text(
            "The conversation has filled all that this model can read. A new chat has room again."
        ),
    ),
    "content_filter": (
        lazy_text("Withheld"),
        lazy_text("The provider's filter withheld the rest of the answer."),
    ),
    "refusal": (lazy_text("Refused"), lazy_text("The model declined to answer this.")),
    "pause": (lazy_text("Paused"), lazy_text("The model paused before it was done.")),
}
"""By finish reason: the model ended before it was done."""
BEFORE_THE_FIRST_WORD: Mapping[str, str] = {
    "length": lazy_text("The token limit was reached before the first word."),
    "content_filter": lazy_text("The provider's filter withheld the answer."),
    "pause": lazy_text("The model paused before the first word."),
}
WARNINGS: Mapping[str, str] = {
    "missing_terminal": lazy_text("The provider did not say that the answer was over."),
    "message_restarted": lazy_text(
        "The provider began the answer a second time; all of it is shown."
    ),
    "replay_differs": lazy_text(
        "What the provider kept of this answer differs from what came before."
    ),
    "tool_call_without_name": lazy_text(
        "The model called a tool without naming it; that call is left out."
    ),
    "unsupported_content": lazy_text("The provider sent something that cannot be shown here"),
    "server_tool_failed": lazy_text("A tool of the provider's own, such as its web search, failed"),
    "picture_too_large": lazy_text("A picture is too large for this site and was left out"),
    "too_many_pictures": lazy_text("Some pictures were left out: an answer may have 16."),
    "picture_not_kept": lazy_text("A picture could not be kept and was left out"),
    "picture_not_fetched": lazy_text("A picture could not be fetched from where it lies"),
    "tool_rounds": lazy_text(
        "The tools have run many times in a row, so nothing more runs without your approval."
    ),
    "paused_often": lazy_text(
        "The provider paused this answer many times, so it was not continued any more."
    ),
    "refusal": lazy_text("The provider explains the refusal"),
    "upstream": lazy_text("The provider remarks"),
}
CALLS = lazy_text("The answer waits.")
CALLS_WAIT = lazy_text("The model has not been told yet what its tools came to.")
NOTES: Mapping[str, str] = {
    "frame_skipped": lazy_text(
        "A part of the stream that could not be read was skipped; no text is missing"
    ),
    "told_differently": lazy_text("The provider told the answer a second time, in other words"),
}
"""What is said in the details alone, for it changes nothing of the answer."""


def kept(text: str, what: str = "") -> str:
    """`what` happened, and what is kept of the answer."""
    words = len(text.split())
    if not words:
        return gettext("%(what)s before the first word.") % {"what": what} if what else ""
    sentence = ngettext("The one word is kept.", "All %(words)s words are kept.", words) % {
        "words": f"{words:,}"
    }
    return f"{what}. {sentence}" if what else sentence


def warning(code: str, message: str) -> str:
    """Of the provider or of ours, with what the provider said of it."""
    other = gettext("The provider warns (%(code)s)") % {"code": code}
    known = str({**WARNINGS, **NOTES}.get(code, other)).removesuffix(".")
    return f"{known}: {message}" if message else f"{known}."


def trying_again(attempt: int, most: int) -> str:
    return gettext("Trying again, %(attempt)s of %(most)s") % {"attempt": attempt, "most": most}


def making(config: ProviderConfig, model: str) -> tuple[str, str]:
    """Of an answer that comes whole; empty where it comes in pieces."""
    if not answers_whole(config, model):
        return "", ""
    return gettext("Making the picture…"), gettext("It comes whole, which may take a minute.")


def in_line_of_all(place: int) -> tuple[str, str]:
    """Of an answer that waits for those of anybody to end."""
    headline = gettext("Number %(place)s in line") % {"place": place}
    return headline, gettext("The site is writing as many answers as it can; people take turns.")


def in_line(place: int, most_at_once: int) -> tuple[str, str]:
    """Of an answer that waits for others of the same person to end."""
    others = ngettext(
        "Another answer is being written for you.",
        "%(number)s other answers are being written for you.",
        most_at_once,
    )
    headline = gettext("Number %(place)s in line") % {"place": place}
    return headline, others % {"number": most_at_once}
