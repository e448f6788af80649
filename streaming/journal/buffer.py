"""What one run hands over: gathered while the entries before it are being kept, then merged.

So a run reads its upstream without waiting for each commit, several deltas share one entry
under load, and a database that stands still stops the reading once a bound is reached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import itemgetter

from streaming.journal import tool_calls
from streaming.journal.entries import MARK, REASONING, TEXT, Claim, Entry, Piece
from streaming.journal.writer import JournalWriter

MOST_WAITING = 64 * 1024
PLAIN = frozenset({TEXT, REASONING})


class Buffer:
    """Writes one claim's pieces in order, one batch at a time.

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
        self._is_due = False
        self._written: asyncio.Future[bool] | None = None
        self._trouble: BaseException | None = None

    async def write(self, pieces: Sequence[Piece]) -> None:
        """Returns at once, unless more than 64 Ki characters wait to be kept.

        Raises what stopped earlier pieces from being kept: Fenced, StorageUnavailable.
        """
        self._waiting += pieces
        self._size += sum(len(text) for _, text in pieces)
        if self._size <= MOST_WAITING:
            self._hand_over_soon()
        else:
            self._hand_over()
        while self._size > MOST_WAITING and self._written is not None:
            await self._hand_over_after(self._written)
        self.raise_trouble()

    async def rest(self) -> None:
        """Returns once everything was kept; raises as `write` does."""
        self._hand_over()
        while self._written is not None:
            await self._hand_over_after(self._written)
        self.raise_trouble()

    async def commit(self, pieces: Sequence[Piece]) -> None:
        """Returns once these are kept, and all before them; raises as `write` does."""
        await self.write(pieces)
        await self.rest()

    def raise_trouble(self) -> None:
        """Raise what stopped earlier pieces from being kept, if anything did."""
        if self._trouble is not None:
            raise self._trouble

    async def _hand_over_after(self, written: asyncio.Future[bool]) -> None:
        await asyncio.wait([written])
        self._hand_over()

    def _hand_over_soon(self) -> None:
        """With all that comes in this turn of the loop, and with what other runs hand over."""
        if self._written is None and not self._is_due:
            self._is_due = True
            self._writer.at_turns_end(self._hand_over)

    def _hand_over(self) -> None:
        self._is_due = False
        if self._written is not None or not self._waiting or self._trouble is not None:
            return
        pieces, self._waiting, self._size = merged(self._waiting), [], 0
        entries = self._claim.number(pieces)
        self._written = self._writer.submit(self._claim, entries)
        self._written.add_done_callback(lambda written: self._kept(entries, written))

    def _kept(self, entries: Sequence[Entry], written: asyncio.Future[bool]) -> None:
        self._written, self._trouble = None, written.exception()
        if self._trouble is None:
            if self._waiting:
                self._hand_over_soon()
            self._on_kept(entries)
        else:
            self._on_trouble()


def merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours made one piece where their kind allows it; of marks only the last counts."""
    if all(kind == TEXT for kind, _ in pieces):
        return [(TEXT, "".join(text for _, text in pieces))]
    joined: list[Piece] = []
    for kind, group in groupby(_without_old_marks(pieces), itemgetter(0)):
        texts = [text for _, text in group]
        if kind in PLAIN:
            texts = ["".join(texts)]
        elif kind == tool_calls.ARGUMENTS:
            texts = list(tool_calls.joined(texts))
        joined += [(kind, text) for text in texts]
    return joined


def _without_old_marks(pieces: Sequence[Piece]) -> Sequence[Piece]:
    marks = [at for at, (kind, _) in enumerate(pieces) if kind == MARK]
    old = set(marks[:-1])
    return [piece for at, piece in enumerate(pieces) if at not in old] if old else pieces
