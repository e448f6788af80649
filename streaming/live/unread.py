"""How much a page was sent and has not acknowledged: sending itself never waits for a reader."""

from __future__ import annotations

from collections import deque


class Unread:
    """Counts frames and bytes on their way to one page, up to a bound."""

    def __init__(self, most_frames: int, most_bytes: int) -> None:
        self._most_frames = most_frames
        self._most_bytes = most_bytes
        self._sent: deque[tuple[tuple[int, int], int]] = deque()
        self._bytes = 0

    def sent(self, generation: int, seq: int, size: int) -> None:
        self._sent.append(((generation, seq), size))
        self._bytes += size

    def acknowledged(self, generation: int, seq: int) -> None:
        """Forget all up to this frame; frames of earlier generations were read before it."""
        while self._sent and self._sent[0][0] <= (generation, seq):
            self._bytes -= self._sent.popleft()[1]

    @property
    def too_much(self) -> bool:
        return len(self._sent) >= self._most_frames or self._bytes >= self._most_bytes

    @property
    def nothing(self) -> bool:
        return not self._sent
