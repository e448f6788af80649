"""What is told of prompts in line: when they are sent, why they are not. Pure."""

from collections.abc import Mapping

AFTER_THE_ANSWER = "In line: sent when the answer above has ended."
IN_A_MOMENT = "In line: sent in a moment."
BEING_EDITED = "In line: what is being edited waits until it is saved, and so does what follows it."
SEND_IT = "Send one, and what follows it is sent after it."

HELD: Mapping[str, str] = {
    "stopped": f"Held, because the answer was stopped. {SEND_IT}",
    "failed": f"Held, because the answer failed. {SEND_IT}",
    "interrupted": f"Held, because the answer was interrupted. {SEND_IT}",
    "deleted": f"Held, because what stood above was deleted. {SEND_IT}",
    "limit": f"Held, because a limit was reached. {SEND_IT}",
    "model": "Held, because its model is not connected any more. Edit it to choose another one.",
}
"""By the reason, as rows remember it."""

SENT_ALREADY = (
    "This prompt is not in line any more: it was sent, or taken out. "
    "What you changed is in the message box."
)


def full(most: int) -> str:
    return (
        f"{most} prompts are in line here, which is the most. "
        "Your text is still here; send it when one of them was sent."
    )


def too_large(size: int, most: int) -> str:
    return (
        f"With this the prompts in line would have {size:,} bytes; {most:,} is the most. "
        "Your text is still here; send it when some of them were sent."
    )
