"""How long the site takes to start: the first time, and again on the same data.

`python -m tests.bench.starts`. The first start makes the database and collects and compresses the
static files. Exits non-zero where the median of the later ones is over 5 s.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.support.site import Site

AGAIN = 5
MOST_SECONDS = 5


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        try:
            first, *again = (start_and_end(site) for _ in range(1 + AGAIN))
        finally:
            site.end()
    print(
        f"First start {first:.1f} s; of {AGAIN} later ones p50 {median(again):.1f} s, "
        f"longest {max(again):.1f} s, budget {MOST_SECONDS} s"
    )
    return int(median(again) > MOST_SECONDS)


def start_and_end(site: Site) -> float:
    """Seconds until the link is printed."""
    began = time.monotonic()
    site.start(from_nothing=True)
    seconds = time.monotonic() - began
    site.terminate()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
