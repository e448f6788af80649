"""How often a race is run: a few times with every change, `ROUNDS=200` for the full count."""

from __future__ import annotations

import os


def rounds(few: int) -> int:
    return int(os.environ.get("ROUNDS") or few)
