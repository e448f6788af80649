"""What is told of prompts in line: when they are sent, why they are not. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext

from conversations.languages.texts import lazy_text

AFTER_THE_ANSWER = lazy_text("In line: sent when the answer above has ended.")
IN_A_MOMENT = lazy_text("In line: sent in a moment.")
BEING_EDITED = lazy_text(
    "In line: what is being edited waits until it is saved, and so does what follows it."
)
HELD: Mapping[str, str] = {
    "stopped": lazy_text(
        "Held, because the answer was stopped. Send one, and what follows it is sent after it."
    ),
    "failed": lazy_text(
        "Held, because the answer failed. Send one, and what follows it is sent after it."
    ),
    "interrupted": lazy_text(
        "Held, because the answer was interrupted. Send one, and what follows it is sent after it."
    ),
    "deleted": lazy_text(
        "Held, because what stood above was deleted. "
        "Send one, and what follows it is sent after it."
    ),
    "limit": lazy_text(
        "Held, because a limit was reached. Send one, and what follows it is sent after it."
    ),
    "full": lazy_text(
        "Held, because the model cannot read this much at once: make room first. "
        "Send one, and what follows it is sent after it."
    ),
    "model": lazy_text(
        "Held, because its model is not connected any more, or wants a key of your own. "
        "Edit it to choose another one, or see Provider keys in Settings."
    ),
}
"""By the reason, as rows remember it."""

SENT_ALREADY = lazy_text(
    "This prompt is not in line any more: it was sent, or taken out. "
    "What you changed is in the message box."
)


def full(most: int) -> str:
    return gettext(
        "%(most)s prompts are in line here, which is the most. "
        "Your text is still here; send it when one of them was sent."
    ) % {"most": most}


def too_large(size: int, most: int) -> str:
    return gettext(
        "With this the prompts in line would have %(size)s bytes; %(most)s is the most. "
        "Your text is still here; send it when some of them were sent."
    ) % {"size": f"{size:,}", "most": f"{most:,}"}
