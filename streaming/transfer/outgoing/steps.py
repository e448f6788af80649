"""An export, piece by piece, into a file from which it is downloaded while it still grows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

from conversations.transfer.models import Transfer
from streaming.transfer import files
from streaming.transfer.outgoing import zip_file

TELL_SECONDS = 0.3
"""How often the page hears how far it is."""


def steps(row: Transfer) -> Iterator[None]:
    """Each writes a piece. A crash in between is no harm: all of it is written again."""
    named = row.options.get("conversations")
    owner = row.owner
    chosen = (
        zip_file.everything(owner) if named is None else zip_file.chosen(owner, map(UUID, named))
    )
    Transfer.objects.filter(pk=row.pk).update(size=len(chosen), done=0)
    told = time.monotonic()
    with files.make(row.pk) as file:
        for piece in zip_file.pieces(owner, chosen, whole=named is None):
            file.write(piece.data)
            file.flush()
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                Transfer.objects.filter(pk=row.pk).update(done=piece.done)
            yield
    Transfer.objects.filter(pk=row.pk).update(done=len(chosen))
    files.finish(row.pk)
