"""How much somebody may do at once, and how much in the long run."""

from __future__ import annotations

import time


class RateLimit:
    """Holds up to `burst` permissions, and gets `per_second` more of them."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._left = float(burst)
        self._looked = time.monotonic()

    def take(self) -> bool:
        """Take one permission; False if there is none."""
        now = time.monotonic()
        self._left = min(self._burst, self._left + (now - self._looked) * self._per_second)
        self._looked = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
