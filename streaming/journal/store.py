"""The truth about a run: what it wrote, in order, and how it ended. The only writer of both.

Entries are appended and committed before anybody is shown them (`commit_frame`); ending a
run folds them into the message, once (`close`: compare and set, the first caller wins).
All functions are synchronous and belong in a thread.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils import timezone

from conversations.answers import sources
from conversations.models import Conversation, Message
from streaming.journal import searchable, tool_calls, usage
from streaming.journal.entries import (
    LONGEST_ID,
    MARK,
    ORIGINAL,
    REASONING,
    TEXT,
    Claim,
    Entry,
    Fenced,
    Place,
    RunState,
    thought,
    written,
)
from streaming.journal.run_facts import RunFacts
from streaming.journal.snapshot import Snapshot, parts_with
from streaming.models import LONGEST_SENTENCE, Generation, JournalEntry

ROWS_A_STATEMENT = 200
MOST_WARNINGS = 20
INSERT = "INSERT INTO streaming_journalentry (generation_id, seq, kind, text) VALUES"

RUN_STATES = """
SELECT {joined}(
    id || ' ' || epoch || ' ' || CASE WHEN stop_requested_at IS NULL THEN 0 ELSE 1 END, ','
)
FROM (
    SELECT id, epoch, stop_requested_at FROM streaming_generation
    WHERE worker_id = %s AND status = 'running' {held}
) AS run
"""
JOINED = {"sqlite": "group_concat", "postgresql": "string_agg"}
# Whoever writes on SQLite writes alone.
HELD = {"sqlite": "", "postgresql": "ORDER BY id FOR KEY SHARE"}

# Asked of every answer that is begun: the ORM takes ten times as long to write such a query.
ENTRIES = "SELECT seq, kind, text FROM streaming_journalentry WHERE generation_id = %s AND seq > %s"
ENTRIES_OF_MANY = """
WITH asked(generation_id, cursor, message_id) AS (VALUES {places})
SELECT asked.generation_id, asked.cursor, asked.message_id, entry.seq, entry.kind, entry.text
FROM asked
JOIN streaming_generation AS run
ON run.id = asked.generation_id AND run.message_id = asked.message_id
JOIN streaming_journalentry AS entry
ON entry.generation_id = asked.generation_id AND entry.seq > asked.cursor
ORDER BY entry.seq
"""
STANDING = """
SELECT run.status, message.id, message.text, message.reasoning, message.tool_calls,
message.parts, (
    SELECT sum(thought_seconds) FROM streaming_generation WHERE message_id = message.id
)
FROM streaming_generation run JOIN conversations_message message ON message.id = run.message_id
WHERE run.id = %s
"""


def commit_frame(
    worker_id: int, frame: Sequence[tuple[Claim, Sequence[Entry]]]
) -> dict[int, RunState]:
    """Store the frame in one commit and return the state of all runs of this worker.

    Raises Fenced, with nothing stored, if one claim of the frame is no longer good.
    The rows go in before the claims are read, and reading holds them: whoever is ending one of
    these runs has to wait, so none can end between the check and the commit.
    """
    rows = [(claim.generation_id, *entry) for claim, entries in frame for entry in entries]
    with transaction.atomic():
        _insert(rows)
        states = run_states(worker_id, hold=True)
        if any(not holds(claim, states) for claim, _ in frame):
            raise Fenced
    return states


def holds(claim: Claim, states: Mapping[int, RunState]) -> bool:
    state = states.get(claim.generation_id)
    return state is not None and state.epoch == claim.epoch


def run_states(worker_id: int, *, hold: bool = False) -> dict[int, RunState]:
    """The running generations of a worker: one query and one row, however many there are.

    With `hold` none of them can be ended before this transaction is; they can be asked to stop.

    For each row that is fetched, SQLite's driver lets other threads go first, which on a busy
    loop takes milliseconds.
    """
    with connection.cursor() as cursor:
        held = HELD[connection.vendor] if hold else ""
        query = RUN_STATES.format(joined=JOINED[connection.vendor], held=held)
        cursor.execute(query, [worker_id])
        (column,) = cursor.fetchone()
    rows = (map(int, row.split()) for row in (column or "").split(",") if row)
    return {pk: RunState(epoch, bool(stop)) for pk, epoch, stop in rows}


def _insert(rows: Sequence[tuple[int, int, str, str]]) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_A_STATEMENT):
            some = rows[start : start + ROWS_A_STATEMENT]
            places = ", ".join(["(%s, %s, %s, %s)"] * len(some))
            cursor.execute(f"{INSERT} {places}", [value for row in some for value in row])


def after(generation_id: int, cursor: int) -> list[Entry]:
    """The entries after a reader's cursor, in order; none once the run has been closed."""
    with connection.cursor() as found:
        found.execute(f"{ENTRIES} ORDER BY seq", [generation_id, cursor])
        return [Entry(*row) for row in found.fetchall()]


def after_all(places: Sequence[Place]) -> dict[Place, list[Entry]]:
    """The entries of each of these runs after its cursor, in order, if it has any."""
    asked = ", ".join(f"({run:d}, {cursor:d}, {message:d})" for run, cursor, message in places)
    entries: dict[Place, list[Entry]] = {}
    with connection.cursor() as rows:
        rows.execute(ENTRIES_OF_MANY.format(places=asked))
        for run, cursor, message, *entry in rows.fetchall():
            entries.setdefault(Place(run, cursor, message), []).append(Entry(*entry))
    return entries


def last_seqs(generation_ids: Iterable[int]) -> dict[int, int]:
    """The number of the last entry of each of these runs that has one."""
    rows = JournalEntry.objects.filter(generation__in=generation_ids).order_by()
    return dict(rows.values_list("generation_id").annotate(seq=Max("seq")))


def snapshot(generation_id: int) -> Snapshot | None:
    """The answer as it stands now; None if the run is gone.

    Entries are read first: if the run is still open afterwards they were complete, if it was
    closed meanwhile the message holds all of them.
    """
    entries = after(generation_id, 0)
    with connection.cursor() as found:
        found.execute(STANDING, [generation_id])
        row = found.fetchone()
    if row is None:
        return None
    status, message_id, text, reasoning, calls, parts, thought_before = row
    return Snapshot(
        generation_id=generation_id,
        kept=text,
        kept_reasoning=reasoning,
        kept_calls=json.loads(calls),
        kept_parts=json.loads(parts),
        kept_thought=thought_before,
        entries=tuple(entries) if status == Generation.Status.RUNNING else (),
        status=status,
        message_id=message_id,
    )


def is_running(generation_id: int) -> bool:
    return Generation.objects.running().filter(pk=generation_id).exists()


def close(generation_id: int, facts: RunFacts, *, epoch: int | None = None) -> bool:
    """End a run: fold its entries into the message and free the conversation.

    True for the one caller that ended it. With `epoch` only the claim of that epoch may end
    it; without, the run is taken from whoever holds it. Whoever holds the message finds its text
    and the state of its runs as they belong together.
    """
    with transaction.atomic():
        _hold_message(generation_id)
        generations = Generation.objects.select_for_update(of=("self",)).select_related("message")
        generation = generations.running().filter(pk=generation_id).first()
        if generation is None or (epoch is not None and generation.epoch != epoch):
            return False
        text, reasoning, arguments = _fold(generation, facts)
        _record(generation, facts)
        usage.count(generation, facts, text + reasoning + arguments, reasoning)
        generation.save()
        searchable.index(generation.message)
    return True


def _hold_message(generation_id: int) -> None:
    """Before the run itself, as all do who hold both. Whoever writes on SQLite writes alone."""
    if connection.features.has_select_for_update:
        rows = Message.everything.select_for_update(of=("self",), no_key=True)
        rows.filter(generations=generation_id).only("pk").first()


def _fold(generation: Generation, facts: RunFacts) -> tuple[str, str, str]:
    """Put what the run wrote into its message: its text, reasoning and calls' arguments."""
    entries, message = after(generation.pk, 0), generation.message
    parts = parts_with(message, entries, generation.pk)
    message.text += (text := written(entries, TEXT))
    message.reasoning += (reasoning := written(entries, REASONING))
    before, broke_off = len(message.tool_calls), facts.status == Generation.Status.FAILED
    message.tool_calls, dropped = tool_calls.fold(
        message.tool_calls, entries, generation.pk, broke_off=broke_off
    )
    message.parts = parts.rows(dropped)
    message.citations = sources.fold(message.citations, sources.named(entries), generation.pk)
    names = ("text", "reasoning", "tool_calls", "parts", "citations")
    Message.everything.filter(pk=message.pk).update(**{n: getattr(message, n) for n in names})
    JournalEntry.objects.filter(generation=generation).delete()
    generation.end_offset = len(message.text)
    generation.thought_seconds = thought(entries)
    if marks := [entry.text for entry in entries if entry.kind == MARK]:
        cursor, _, generation.response_id = marks[-1].partition(" ")
        generation.response_cursor = int(cursor)
    return text, reasoning, "".join(call["arguments"] for call in message.tool_calls[before:])


def _record(generation: Generation, facts: RunFacts) -> None:
    generation.status, generation.finish_reason = facts.status, facts.finish_reason
    generation.epoch, generation.waits_for_slot = generation.epoch + 1, None
    generation.ended_at = timezone.now()
    generation.error_code = facts.error_code
    generation.error_message = facts.error_message[:LONGEST_SENTENCE]
    generation.retry_after, generation.retry_at = facts.retry_after, None
    generation.upstream_request_id = facts.request_id[:LONGEST_ID]
    for name in ("opaque", "turn_at", "first_delta_at", "upstream_closed_at"):
        setattr(generation, name, getattr(facts, name))
    generation.warnings = [
        {"code": warned.code[:LONGEST_ID], "message": (warned.message or "")[:300]}
        for warned in facts.warnings[:MOST_WARNINGS]
    ]


def keep_original(generation_id: int, text: str) -> None:
    """Keep what an edit replaced, in the transaction that replaces it."""
    _insert([(generation_id, 1, ORIGINAL, text)])


def original(generation_id: int) -> str:
    """What an edit replaced."""
    return written(after(generation_id, 0), ORIGINAL)


def record_mode(generation_id: int, mode: str) -> None:
    """Remember that a run resumes in another way than was planned, with a response of its own."""
    Generation.objects.filter(pk=generation_id).update(
        resume_mode=mode, response_id="", response_cursor=None
    )


def record_pause(generation_id: int, why: str, until: datetime) -> None:
    """Remember that a run asks again, but not before that moment."""
    Generation.objects.running().filter(pk=generation_id).update(
        retry_at=until, error_message=why[:LONGEST_SENTENCE], tries=F("tries") + 1
    )


def end_pause(generation_id: int) -> None:
    """The run is asking again."""
    Generation.objects.filter(pk=generation_id).update(retry_at=None)


def move_to_sibling(generation_id: int, epoch: int) -> int:
    """Let a run that wrote nothing yet write into a new message next to its own; its id.

    For an upstream that starts over instead of continuing: both versions are kept.
    """
    with transaction.atomic():
        thread = Conversation.everything.filter(generations=generation_id)
        thread.select_for_update(of=("self",), no_key=True).first()  # nobody deletes in between
        generation = (
            Generation.objects.select_for_update().filter(pk=generation_id, epoch=epoch).first()
        )
        if generation is None or generation.status != Generation.Status.RUNNING:
            raise Fenced
        old = generation.message
        generation.message = Message.objects.create(
            conversation=old.conversation,
            parent=old.parent,
            role=old.role,
            deletion_id=old.deletion_id,  # what is in the trash is continued there
        )
        generation.start_offset = 0
        generation.resume_mode = ""
        generation.save(update_fields=["message", "start_offset", "resume_mode"])
        thread.filter(leaf=old).update(leaf=generation.message)  # else another branch is shown
        return generation.message.pk
