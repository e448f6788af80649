"""All benchmarks, one after the other: `make bench`, or `make bench ARGS="answers parsing"`."""

from __future__ import annotations

import subprocess
import sys

ALL = {
    "answers": "What a delta costs, beside a bare relay",
    "browser": "How late a delta is in the page",
    "parsing": "What parsing costs, beside json.loads",
    "markdown": "What rendering a frame costs, beside rendering everything",
    "frames": "What a frame costs in the browser",
    "long": "What a long conversation costs the server",
}


def main(wanted: list[str]) -> int:
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}.")
        return 2
    failed = 0
    for name in wanted or ALL:
        print(f"\n{ALL[name]}\n", flush=True)
        failed += subprocess.run([sys.executable, "-m", f"tests.bench.{name}"]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
