"""A run's hand on the journal: hands over what came, and goes on while that is being kept.

So a run reads its upstream without waiting for each commit, several deltas share one entry
under load, and a database that stands still stops the reading once a bound is reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter

from streaming.journal import tool_calls
from streaming.journal.store import (
    MARK,
    REASONING,
    TEXT,
    Claim,
    Entry,
)
from streaming.journal.writer import JournalWriter

MOST_WAITING = 64 * 1024
PLAIN = frozenset({TEXT, REASONING})

Piece = tuple[str, str]
"""A kind and a text."""


class Pen:
    """Writes one claim's pieces in order.

    `on_kept` hears of entries once they are committed, `on_trouble` once nothing can be kept
    any more, which may be long before more pieces come.
    """

    def __init__(
        self,
        writer: JournalWriter,
        claim: Claim,
        *,
        on_kept: Callable[[Sequence[Entry]], None],
        on_trouble: Callable[[], None],
    ) -> None:
        self._writer = writer
        self._claim = claim
        self._on_kept = on_kept
        self._on_trouble = on_trouble
        self._waiting: list[Piece] = []
        self._size = 0
        self._asked = False
        self._written: asyncio.Future[bool] | None = None
        self._trouble: BaseException | None = None

    async def write(self, pieces: Sequence[Piece]) -> None:
        """Returns at once, unless more than 64 Ki characters wait to be kept.

        Raises what stopped earlier pieces from being kept: Fenced, StorageUnavailable.
        """
        self._waiting += pieces
        self._size += sum(len(text) for _, text in pieces)
        if self._size > MOST_WAITING:
            self._hand_over()
        elif self._written is None and not self._asked:
            self._asked = True
            self._writer.at_turns_end(self._hand_over)
        while self._size > MOST_WAITING and self._written is not None:
            await asyncio.wait([self._written])
        self.raise_trouble()

    async def rest(self) -> None:
        """Returns once everything was kept; raises as `write` does."""
        self._hand_over()
        while self._written is not None:
            await asyncio.wait([self._written])
        self.raise_trouble()

    def raise_trouble(self) -> None:
        """Raise what stopped earlier pieces from being kept, if anything did."""
        if self._trouble is not None:
            raise self._trouble

    def _hand_over(self) -> None:
        self._asked = False
        if self._written is not None or not self._waiting or self._trouble is not None:
            return
        pieces, self._waiting, self._size = merged(self._waiting), [], 0
        entries, self._written = self._writer.submit(self._claim, pieces)
        self._written.add_done_callback(lambda written: self._kept(entries, written))

    def _kept(self, entries: Sequence[Entry], written: asyncio.Future[bool]) -> None:
        self._written, self._trouble = None, written.exception()
        if self._trouble is None:
            self._hand_over()
            self._on_kept(entries)
        else:
            self._on_trouble()


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours made one piece where their kind allows it; of marks only the last counts."""
    if all(kind == TEXT for kind, _ in pieces):
        return [(TEXT, "".join(text for _, text in pieces))]
    found: list[Piece] = []
    for kind, group in groupby(_without_old_marks(pieces), itemgetter(0)):
        texts = [text for _, text in group]
        if kind in PLAIN:
            texts = ["".join(texts)]
        elif kind == tool_calls.ARGUMENTS:
            texts = list(tool_calls.joined(texts))
        found += [(kind, text) for text in texts]
    return found


def _without_old_marks(pieces: Sequence[Piece]) -> Sequence[Piece]:
    marks = [at for at, (kind, _) in enumerate(pieces) if kind == MARK]
    old = set(marks[:-1])
    return [piece for at, piece in enumerate(pieces) if at not in old] if old else pieces
