"""What a site has kept, read from its database past the site itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.support.site import Site

ANSWERS = """
SELECT g.id AS generation, g.message_id AS message, g.status, m.text,
       g.stop_requested_at, g.upstream_closed_at
FROM streaming_generation g JOIN conversations_message m ON m.id = g.message_id ORDER BY g.id
"""
ENTRIES = "SELECT generation_id, seq, kind, text FROM streaming_journalentry ORDER BY seq"


@dataclass(frozen=True, slots=True)
class Kept:
    """One generation and its message; `entries` are the texts that are not folded in yet."""

    generation: int
    message: int
    status: str
    folded: str
    entries: tuple[tuple[int, str], ...]
    stop_requested_at: str | datetime | None
    upstream_closed_at: str | datetime | None

    @property
    def text(self) -> str:
        """All that the database holds of the answer."""
        return self.folded + "".join(text for _, text in self.entries)

    def text_at(self, cursor: int) -> str:
        """The answer as a page at that cursor shows it."""
        return self.folded + "".join(text for seq, text in self.entries if seq <= cursor)


def kept_answers(site: Site) -> dict[int, Kept]:
    """Every generation by its id; fails on a gap in the numbers of its entries."""
    entries: dict[int, list[tuple[int, str]]] = {}
    with site.reading() as execute:
        written, answers = list(execute(ENTRIES, ())), list(execute(ANSWERS, ()))
    for row in written:
        own = entries.setdefault(row["generation_id"], [])
        assert row["seq"] == len(own) + 1, f"generation {row['generation_id']} has a gap"
        own.append((row["seq"], row["text"] if row["kind"] == "text" else ""))
    return {
        row["generation"]: Kept(
            generation=row["generation"],
            message=row["message"],
            status=row["status"],
            folded=row["text"],
            entries=tuple(entries.get(row["generation"], ())),
            stop_requested_at=row["stop_requested_at"],
            upstream_closed_at=row["upstream_closed_at"],
        )
        for row in answers
    }
