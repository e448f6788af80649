"""When a failed request is made again automatically, and after what wait. Pure.

Before the first delta: the same request again, where the catalogue says that the trouble may
pass. After it: never a blind restart, but a resume of the kept text. What the reader waits for
longer than a minute is left to the reader.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from streaming.error_messages.failures import Explanation
from streaming.events import Failed

NEVER_RESUMED = frozenset({"answer_too_large", "body_too_large", "frame_too_large", "total"})
"""Limits of ours, by the failure's code: resuming would be a way around them."""


class Pause(NamedTuple):
    """A wait before the next request, and what the reader reads meanwhile."""

    seconds: float
    sentence: str


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How hard a run tries: repeated requests, automatic resumes without progress between
    them, and the waits before both.

    `back_off` are the seconds before the first try, the second, and so on, the last for all
    after it; they are spread by a quarter either way, so that those who failed together do not
    come back together.
    """

    retries: int = 2
    resumes: int = 2
    back_off: Sequence[float] = (1.0, 2.0)
    longest_wait: float = 60.0

    def before_retry(self, failed: Failed, explanation: Explanation, tried: int) -> Pause | None:
        """The wait before the same request goes out again; None if it should not."""
        if tried >= self.retries or not explanation.passes:
            return None
        return self._pause(failed, explanation, tried)

    def before_resume(self, failed: Failed, explanation: Explanation, resumed: int) -> Pause | None:
        """The wait before an answer that has text is resumed; None if it should not be.

        `resumed` counts how often it was since text last came.
        """
        can_help = failed.retryable and explanation.resume and failed.code not in NEVER_RESUMED
        if resumed >= self.resumes or not can_help:
            return None
        return self._pause(failed, explanation, resumed)

    def _pause(self, failed: Failed, explanation: Explanation, before: int) -> Pause | None:
        wished = failed.retry_after
        if wished is not None and wished > self.longest_wait:
            return None
        if wished is not None:
            return Pause(wished + _chance(0, min(1.0, wished / 10)), explanation.sentence)
        usual = self.back_off[min(before, len(self.back_off) - 1)]
        return Pause(_chance(0.75 * usual, 1.25 * usual), explanation.sentence)


def _chance(least: float, most: float) -> float:
    return random.uniform(least, most)  # noqa: S311 (spreads waits, keeps no secret)


USUAL_POLICY = RetryPolicy()
