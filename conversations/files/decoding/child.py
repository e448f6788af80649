"""What runs in the process: takes its limits upon itself, opens the file, and writes its answer.

The answer is one line of JSON on the standard output. A process that is ended by a limit says
nothing more, which its parent knows how to read.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from conversations.files.decoding.bounds import Bounds, Content, NotTaken

WRITTEN_BYTES = 256 * 1024**2
OPEN_FILES = 64
NICENESS = 10
"""Answers that are being written come first."""


def main(arguments: list[str]) -> None:
    """`arguments`: the file, the folder, whether its name says Markdown or CSV, and the bounds."""
    source, folder, named, bounds = arguments
    limits = Bounds(**json.loads(bounds))
    limit(limits)
    try:
        content = open_file(Path(source), Path(folder), named, limits)
    except NotTaken as refusal:
        answer: dict[str, object] = {"reason": refusal.reason, "number": refusal.number}
    except MemoryError:
        answer = {"reason": "memory", "number": 0}
    else:
        answer = asdict(content)
    sys.stdout.write(json.dumps(answer))


def limit(bounds: Bounds) -> None:
    """Before anything of the file is read. A system that knows no such limit sets none."""
    signal.alarm(bounds.seconds)  # also when the parent died
    os.nice(NICENESS)
    for kind, most in (
        (resource.RLIMIT_AS, bounds.memory),
        (resource.RLIMIT_CPU, bounds.cpu_seconds),
        (resource.RLIMIT_FSIZE, WRITTEN_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(kind, (most, most))


def open_file(source: Path, folder: Path, named: str, bounds: Bounds) -> Content:
    """Loads only the decoders that the content asks for."""
    from conversations.files.decoding import signatures

    with source.open("rb") as file:
        head = file.read(signatures.LOOKED_AT)
    if not head:
        raise NotTaken("empty")
    what = signatures.told_by(head)
    if what in signatures.PICTURES:
        from conversations.files.decoding import pictures

        return pictures.redraw(source, folder, what, bounds)
    if what == "pdf":
        from conversations.files.decoding import pdf

        return pdf.extract(source, folder, bounds)
    from conversations.files.decoding import texts

    return texts.decode(source, folder, named, bounds)


if __name__ == "__main__":
    main(sys.argv[1:])
