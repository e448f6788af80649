"""The refusal of what would be too much."""

from __future__ import annotations


class Spent(Exception):
    """No more now; the sentence says the limit, and `wait` how many seconds, if that is known."""

    def __init__(self, sentence: str, wait: int | None = None) -> None:
        super().__init__(sentence)
        self.wait = wait
