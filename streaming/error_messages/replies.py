"""What a page replies to what a person asked for: what is in the way, or that it is done. Pure."""

from collections.abc import Iterable

from streaming.error_messages.durations import duration

# A prompt, and the page that it came from

NOTHING_WRITTEN = "Write something first."
STALE_PAGE = "This page is out of date. Reload it and try again; your text is kept."
RELOAD = "Reload the page and try again."


def prompt_too_long(size: int, most: int) -> str:
    return f"This message has {size:,} bytes; {most:,} is the most. Shorten it or send it in parts."


# The model

NO_MODEL = "No model is connected yet."
NO_MODEL_OFFERED = "No provider that is connected offers a model."
HOW_TO_CONNECT = "An administrator can connect one, or switch the demo on, under Providers."
UNKNOWN_MODEL = "That model is not connected here. Choose one from the list."
WRITER_GONE = (
    "The model that wrote this is not connected any more. "
    "Resume with another one, or send a new message."
)


def models_not_told(provider: str) -> str:
    return (
        f"{provider} did not tell its models. Choose one of another provider; "
        "an administrator can test it under Providers."
    )


def no_such_model(provider: str, model: str) -> str:
    return f"{provider} has no model “{model}”. Choose another one."


# What one person, and one process, may have at once

TOO_MUCH_HERE = "Too much is running at once. Your text is still here; send it in a moment."
RESTARTING = "The server is restarting. Your text is still here; send it in a moment."
TOO_MANY_OPEN = "Too many pages and downloads are open here. Try again in a minute."


def too_many_running(running: int) -> str:
    return (
        f"{running} answers are being written for you or wait in line, which is the most. "
        "Wait for one, or stop one; your text is still here."
    )


def too_many_sent(most: int, span: str, wait: float) -> str:
    return f"You can send {most:,} messages {span}. Wait {duration(wait)}; your text is still here."


# An answer

NOTHING_TO_REGENERATE = "There is no prompt to answer again."
NO_PROMPT = "Only a prompt can be asked in other words."
NOTHING_TO_RETRY = "This answer has text already. Resume it, or regenerate it."
NOTHING_TO_RESUME = "This answer cannot be resumed. Regenerate it instead."
NOTHING_TO_UNDO = "There is no finished resume to undo."
NOTHING_TO_UNDO_HERE = "This edit is not the last change of the answer, so it cannot be undone now."
STILL_WRITTEN = "This answer is still being written. Stop it or wait for its end; your text stays."
ANSWER_CHANGED = (
    "This answer has changed since you opened the editor. Your text is kept; "
    "copy it, close the editor and open it again."
)
STILL_WRITING = (
    "An answer is still being written in this conversation. Stop it or wait for its end."
)
TAKEN_OUT = (
    "This prompt was taken out of the line, so it was not sent. Your text is still here: send it "
    "again to have it sent."
)
UNFIT_DATABASE = (
    "The server cannot save this, for its database does not fit its version. "
    "Your text is still here. Whoever runs this site can see why."
)
NOT_CANCELLED = "The provider could not be told to stop, and may continue to write."

# A title

NO_TITLE = "The model suggested no title. The conversation keeps the one that it has."
TOO_MANY_TITLES = "Too many titles are being asked for just now. Try again in a moment."

# The trash

WAITS_FOR_OTHER = "This belongs to something else that is in the trash. Restore that first."
GOING_FOR_GOOD = "This is being deleted for good, so it cannot be restored."

# A command on the socket

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

RECORDED = "From now on what the provider sends is recorded. It is under an answer's Details."
NOT_RECORDED = "What the provider sends is not recorded any more."
DOWNLOAD_SIGNED_OUT = "You were signed out, so the rest is missing."
DOWNLOAD_CROWDED_OUT = "You opened more pages and downloads since, so the rest is missing."
