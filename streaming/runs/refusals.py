"""Why an action cannot begin now, in a sentence for the person who asked.

Refused
├── StillWriting   another answer of the conversation is being written
├── ShuttingDown   this process takes no new work
├── Unfit          the database does not fit the code
├── TooFull        the model's window does not hold the conversation
└── TooMuch        a limit is reached
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import IntegrityError

from streaming.error_messages import failures, replies
from streaming.journal import constraints

logger = logging.getLogger(__name__)


class Refused(Exception):
    """It cannot begin now; the sentence says why and what to do, `wait` in how many seconds.

    `passing`: what stands in the way ends, and the sentence with it. `needs_room`: the person
    chooses what is left out of what the model is sent.
    """

    status = 409
    wait: int | None = None
    passing = False
    needs_room = False


class StillWriting(Refused):
    """It can begin once the answer that is being written has ended."""

    passing = True


class ShuttingDown(Refused):
    """It can begin in another process, or in this one's next life; a balancer asks there."""

    status = 503


class Unfit(Refused):
    """The database is not the one that this code was written for."""

    status = 503


class TooFull(Refused):
    """It can begin once the person has chosen what is left out."""

    needs_room = True


class TooMuch(Refused):
    """It can begin later."""

    status = 429

    def __init__(self, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait


def must_fit(used: int, window: int, *, reported: bool) -> None:
    """Raises TooFull where so many tokens are more than the window has; an estimate must be clear.

    What it leaves is for the provider to refuse, which counts with the model's own tokens.
    """
    most = window if reported else window * settings.ESTIMATE_FACTOR
    if used > most:
        raise TooFull(replies.TOO_FULL)


def refusal(trouble: IntegrityError) -> Refused:
    """Why the database did not take the rows of what was to begin."""
    if constraints.broken(trouble) == constraints.ONE_RUNNING:
        return StillWriting(replies.STILL_WRITING)
    if constraints.is_about_what_is_gone(trouble):
        return Refused(failures.sentence("not_found"))
    logger.error("The database takes no row of this code; manage.py doctor says more: %s", trouble)
    return Unfit(replies.UNFIT_DATABASE)
