"""What a page replies to what a person asked for: what is in the way, or that it is done. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from conversations.languages.texts import lazy_text
from streaming.error_messages.durations import duration

# A prompt, and the page that it came from

NOTHING_WRITTEN = lazy_text("Write something first.")
STALE_PAGE = lazy_text("This page is out of date. Reload it and try again; your text is kept.")
RELOAD = lazy_text("Reload the page and try again.")


def prompt_too_long(size: int, most: int) -> str:
    return gettext(
        "This message has %(size)s bytes; %(most)s is the most. Shorten it or send it in parts."
    ) % {"size": f"{size:,}", "most": f"{most:,}"}


# The model

NO_MODEL = lazy_text("No model is connected yet.")
NO_MODEL_OFFERED = lazy_text("No provider that is connected offers a model.")
HOW_TO_CONNECT = lazy_text(
    "An administrator can connect one, or switch the demo on, under Providers."
)
UNKNOWN_MODEL = lazy_text("That model is not connected here. Choose one from the list.")
WRITER_GONE = lazy_text(
    "The model that wrote this is not connected any more. "
    "Resume with another one, or send a new message."
)


def models_not_told(provider: str) -> str:
    return gettext(
        "%(provider)s did not tell its models. Choose one of another provider; "
        "an administrator can test it under Providers."
    ) % {"provider": provider}


def no_such_model(provider: str, model: str) -> str:
    return gettext("%(provider)s has no model “%(model)s”. Choose another one.") % {
        "provider": provider,
        "model": model,
    }


def takes_no_pictures(model: str) -> str:
    return gettext(
        "%(model)s takes no pictures, so nothing was sent. Choose another model, or remove them."
    ) % {"model": model}


# What one person, and one process, may have at once

TOO_FULL = lazy_text(
    "This conversation is about more than the model can read at once, so nothing was sent. Your "
    "text is still here. Choose what is left out under “Make room”, or take another model."
)
TOO_MUCH_HERE = lazy_text(
    "Too much is running at once. Your text is still here; send it in a moment."
)
RESTARTING = lazy_text("The server is restarting. Your text is still here; send it in a moment.")
TOO_MANY_OPEN = lazy_text("Too many pages and downloads are open here. Try again in a minute.")


def too_many_running(running: int) -> str:
    return gettext(
        "%(running)s answers are being written for you or wait in line, which is the most. "
        "Wait for one, or stop one; your text is still here."
    ) % {"running": running}


def too_many_sent(most: int, span: str, wait: float) -> str:
    return gettext(
        "You can send %(most)s messages %(span)s. Wait %(duration)s; your text is still here."
    ) % {"most": f"{most:,}", "span": span, "duration": duration(wait)}


def month_of_tokens(used: str, most: str, opens: datetime) -> str:
    return gettext(
        "Your answers have used %(used)s of %(most)s tokens this month. You can send again from "
        "%(opens)s (UTC) on; your text is still here."
    ) % {"used": used, "most": most, "opens": _day(opens)}


def month_of_cost(used: str, most: str, opens: datetime) -> str:
    return gettext(
        "Your answers have cost %(used)s of %(most)s this month. You can send again from "
        "%(opens)s (UTC) on; your text is still here."
    ) % {"used": used, "most": most, "opens": _day(opens)}


def _day(moment: datetime) -> str:
    return str(date_format(moment.astimezone(UTC).date(), "DATE_FORMAT"))


# An answer

NOTHING_TO_REGENERATE = lazy_text("There is no prompt to answer again.")
NO_PROMPT = lazy_text("Only a prompt can be asked in other words.")
NOTHING_TO_RETRY = lazy_text("This answer has text already. Resume it, or regenerate it.")
NOTHING_TO_RESUME = lazy_text("This answer cannot be resumed. Regenerate it instead.")
NOTHING_TO_SUM_UP = lazy_text("There is nothing to sum up yet.")
CALL_LEFT_BEHIND = lazy_text(
    "The conversation has continued since, so this tool is not run any more. Ask again for it."
)
NO_SUCH_CALL = lazy_text("This answer has no such call of a tool. Reload the page.")
NOTHING_TO_UNDO = lazy_text("There is no finished resume to undo.")
NOTHING_TO_UNDO_HERE = lazy_text(
    "This edit is not the last change of the answer, so it cannot be undone now."
)
STILL_WRITTEN = lazy_text(
    "This answer is still being written. Stop it or wait for its end; your text stays."
)
ANSWER_CHANGED = lazy_text(
    "This answer has changed since you opened the editor. Your text is kept; "
    "copy it, close the editor and open it again."
)
STILL_WRITING = lazy_text(
    "An answer is still being written in this conversation. Stop it or wait for its end."
)
PARAMETERS_GONE = lazy_text(
    "The system prompt and parameters that you set for this chat are not kept any more, so nothing "
    "was sent. Your text is still here: set them again, or send it without them."
)
TAKEN_OUT = lazy_text(
    "This prompt was taken out of the line, so it was not sent. Your text is still here: send it "
    "again to have it sent."
)
NO_FILE_IDS = lazy_text("“files” has to be a list of the numbers of files.")
FILE_GONE = lazy_text("A file is not there any more, so nothing was sent. Add it again.")
UNFIT_DATABASE = lazy_text(
    "The server cannot save this, for its database does not fit its version. "
    "Your text is still here. Whoever runs this site can see why."
)
NOT_CANCELLED = gettext_noop("The provider could not be told to stop, and may continue to write.")

# A title

NO_TITLE = lazy_text("The model suggested no title. The conversation keeps the one that it has.")
TOO_MANY_TITLES = lazy_text("Too many titles are being asked for just now. Try again in a moment.")

# The trash

WAITS_FOR_OTHER = lazy_text(
    "This belongs to something else that is in the trash. Restore that first."
)
GOING_FOR_GOOD = lazy_text("This is being deleted for good, so it cannot be restored.")

# A command on the socket: for the console of the browser, so these stay in English

COMMAND_IN_BYTES = "Commands are JSON text, not bytes."
COMMAND_NO_OBJECT = "A command must be one JSON object."
STATE_NO_TEXT = "state must be text."
NO_CONVERSATION = "conversation must be the id of one, or null."
OTHER_CONVERSATION = "This socket shows another conversation."


def no_number(key: str) -> str:
    return f"{key} must be a whole number from 0."


def command_unknown(commands: Iterable[str]) -> str:
    return f"A command's type is one of {', '.join(commands)}."


# The details of an answer, and its text as a file

RECORDED = lazy_text(
    "From now on what the provider sends is recorded. It is under an answer's Details."
)
NOT_RECORDED = lazy_text("What the provider sends is not recorded any more.")
DOWNLOAD_SIGNED_OUT = lazy_text("You were signed out, so the rest is missing.")
DOWNLOAD_CROWDED_OUT = lazy_text(
    "You opened more pages and downloads since, so the rest is missing."
)

# A program, and an answer that it follows

NOTHING_HERE = lazy_text("There is nothing at this address, or it is not yours.")
WRONG_METHOD = lazy_text("This address takes another method.")
NO_JSON = lazy_text("The body has to be one JSON object, in UTF-8.")
NO_KEY = lazy_text("Idempotency-Key has to be a UUID.")
NO_SUCH_PLACE = lazy_text("Give “after” the value that “next” had.")

NO_SUCH_FORMAT = lazy_text(
    "An answer can be had as text/event-stream, application/x-ndjson or text/plain."
)
NO_SUCH_CURSOR = lazy_text("This cursor is not one of this answer. Read from the beginning.")
TEXT_CHANGED = lazy_text(
    "What you have of this answer was undone or edited since. Plain text cannot tell that: read "
    "from the beginning, or as events."
)


def neither_text_nor_truth(name: str) -> str:
    return gettext("“%(name)s” has to be a text, true or false.") % {"name": name[:80]}
