"""Tool calls as a site has kept them, read from its database past the site itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from streaming.journal.entries import Entry
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from tests.support.site import Site

ANSWERS = """
SELECT m.id AS message, m.conversation_id AS conversation, m.text, m.tool_calls AS calls, g.status,
       g.id AS generation
FROM conversations_message m JOIN streaming_generation g
     ON g.id = (SELECT max(id) FROM streaming_generation WHERE message_id = m.id)
WHERE m.role = 'assistant'
"""
ENTRIES = "SELECT generation_id, seq, kind, text FROM streaming_journalentry ORDER BY seq"
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Called:
    """An answer: the status of its last run, its calls, the text, and what was written last."""

    message: int
    conversation: str
    status: str
    text: str
    calls: tuple[AnswerCall, ...]
    last: str

    @property
    def is_running(self) -> bool:
        return self.status == RUNNING

    @property
    def states(self) -> list[str]:
        return [call.state for call in self.calls]

    @property
    def step(self) -> str:
        """Where in a round of tools it is."""
        states = self.states
        for state in ("open", "running", "asking", "waiting"):
            if state in states and (self.is_running or state in ("asking", "waiting")):
                return state
        if not self.is_running:
            return self.status
        return "result" if self.last in ("", "tool_result") and states else "writing"


def called_answers(site: Site) -> Mapping[int, Called]:
    """Every answer, by its message."""
    entries: dict[int, list[Entry]] = {}
    with site.reading() as execute:
        written, answers = list(execute(ENTRIES, ())), list(execute(ANSWERS, ()))
    for row in written:
        entry = Entry(row["seq"], row["kind"], row["text"])
        entries.setdefault(row["generation_id"], []).append(entry)
    return {row["message"]: _called(row, entries.get(row["generation"], [])) for row in answers}


def _called(row: Mapping[str, object], entries: list[Entry]) -> Called:
    calls = AnswerCalls(json.loads(str(row["calls"])))
    calls.take(entries)
    text = "".join(entry.text for entry in entries if entry.kind == "text")
    return Called(
        message=int(str(row["message"])),
        conversation=str(UUID(str(row["conversation"]))),
        status=str(row["status"]),
        text=str(row["text"]) + text,
        calls=tuple(calls.as_they_stand()),
        last=entries[-1].kind if entries else "",
    )
