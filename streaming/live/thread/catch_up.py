"""What a page must be sent so that it shows the thread as it stands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from conversations import branches
from conversations.branches import Stretch
from conversations.models import Conversation, Message
from streaming.live import fragments
from streaming.live.answers import answer_rows, rendered_answer
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.answers.thread_answers import ThreadAnswers
from streaming.live.position import Position
from streaming.live.thread import whereabouts
from streaming.models import Generation
from streaming.runs.history.turns import is_asking
from streaming.runs.standing import last_run


class News(NamedTuple):
    """Fragments to send, and the position to which they lead."""

    fragments: Sequence[str]
    position: Position


class Thread(NamedTuple):
    """The end of a conversation as a page shows it, with what is known of its answers."""

    conversation: Conversation
    stretch: Stretch
    answers: ThreadAnswers

    @classmethod
    def of(cls, conversation: Conversation) -> Thread:
        stretch = branches.newest(conversation)
        return cls(conversation, stretch, ThreadAnswers.of(stretch.messages))


def catch_up(conversation_id: uuid.UUID, owner_id: int, position: Position) -> News | None:
    """What leads a page on from `position`; None if the conversation is not its owner's."""
    end = whereabouts.end_of(conversation_id, owner_id)
    if end is None:
        return None
    queue = _queue(conversation_id, position, end)
    ends_so = end.leaf == position.leaf and (end.generation is None or end.ends_as(position))
    if ends_so and end.is_around(position):
        return News(queue, replace(position, queue=end.queue) if end.leaf else end)
    conversation = Conversation.objects.filter(pk=conversation_id, owner_id=owner_id).first()
    if conversation is None:
        return None
    sent, now = ([], position) if ends_so else _led_on(conversation, position)
    if end.edits != position.edits:
        sent = [*sent, *_changed_above(Thread.of(conversation), end.edits)]
    if sent or ends_so:
        sent = [*sent, fragments.around(conversation)]
    told = replace(now, elsewhere=end.elsewhere, queue=end.queue, edits=end.edits)
    return News([*sent, *queue], told)


def _led_on(conversation: Conversation, position: Position) -> tuple[list[str], Position]:
    """What makes the page show the end of the thread, and where it stands then."""
    thread = Thread.of(conversation)
    if not thread.stretch.messages:
        return _lead_on(thread, position), Position()
    leaf = thread.answers.rows[thread.stretch.messages[-1].pk]
    now, shown = _render_leaf(leaf)
    answers = replace(thread.answers, shown={leaf.message.pk: shown} if shown else {})
    return _lead_on(thread._replace(answers=answers), position), now


def _queue(conversation_id: uuid.UUID, position: Position, end: Position) -> list[str]:
    """The prompts in line, if the page shows them otherwise."""
    if end.queue == position.queue:
        return []
    return [fragments.prompts_in_line(conversation_id)]


def begun(generation: Generation) -> tuple[Position, News]:
    """What leads a page on to the prompt and the answer that were made just now, and from where.

    Made of what was just written, without reading it again: nothing of the answer has come.
    """
    thread = just_made(generation)
    added = thread.stretch.messages
    before = whereabouts.at(added[0].parent_id)
    is_first = before.leaf is None
    sent = fragments.thread(*thread) if is_first else fragments.messages(added, thread.answers)
    now = Position(generation.message_id, generation.pk, 0, generation.status)
    return before, News([sent, fragments.around(thread.conversation)], now)


def just_made(generation: Generation) -> Thread:
    """The prompt and the answer that were made together with this run, which has not written."""
    answer = generation.message
    assert answer.parent is not None
    added = [answer.parent, answer]
    answers = ThreadAnswers.begun(added, generation)
    return Thread(generation.conversation, Stretch(added), answers)


def lead_on(conversation: Conversation, position: Position) -> list[str]:
    """What makes a page at `position` show the end of the thread; what it shows rightly stays."""
    edits = whereabouts.edits(conversation)
    thread = Thread.of(conversation)
    changed = _changed_above(thread, edits) if edits != position.edits else []
    return [*_lead_on(thread, position), *changed]


def _changed_above(thread: Thread, edits: int) -> list[str]:
    """What a page cannot know by the end of the thread, as it stands now.

    The calls of the last answer, if some were decided about and others wait for that; every answer
    above the last one that was ever edited; the number of each message among its siblings, which a
    deleted or restored branch changes; whether the conversation is kept; from where on it is sent.
    """
    shown, answers = thread.stretch.messages, thread.answers
    rows = (answers.rows[message.pk] for message in shown[:-1])
    edited = [row for row in rows if any(each.is_edit for each in row.generations)]
    last = answers.rows[shown[-1].pk].message if shown else None
    return [
        *([fragments.cards(last)] if last and is_asking(last) else []),
        *map(fragments.quiet_article, edited),
        *([] if thread.conversation.temporary_until else [fragments.kept()]),
        fragments.parameters(thread.conversation),
        fragments.left_out(shown),
        fragments.edits(edits, [(message, answers.siblings(message.pk)) for message in shown]),
    ]


def _lead_on(thread: Thread, position: Position) -> list[str]:
    shown, answers = thread.stretch.messages, thread.answers
    if not shown:
        deleted = Message.everything.filter(conversation=thread.conversation, pk=position.leaf or 0)
        return [fragments.thread(*thread)] if deleted.exists() else []
    known = [message.pk for message in shown]
    fork = next((pk for pk in branches.lineage(position.leaf) if pk in known), None)
    if fork is None and position.leaf is not None and shown[0].parent_id == position.leaf:
        before = ThreadAnswers({position.leaf: answer_rows.load(position.leaf)})
        added = fragments.messages(shown, answers)
        return [*_made_right(before, position.leaf, position), added]
    if fork is None:
        return [fragments.thread(*thread)]
    added_from = shown[known.index(fork) + 1 :]
    if fork != position.leaf:
        ends_here = [] if added_from else [fragments.end(answers.rows[fork])]
        return [fragments.branch(fork, added_from, answers), *ends_here]
    sent = _made_right(answers, fork, position)
    return [*sent, fragments.messages(added_from, answers)] if added_from else sent


def whole(message_id: int, shown: RenderedAnswer) -> str:
    """The article of a running answer as its broadcast shows it."""
    return fragments.article(answer_rows.load(message_id), shown)


def _made_right(answers: ThreadAnswers, leaf: int, position: Position) -> list[str]:
    """The page's last message anew, unless the page shows it as it stands."""
    rows = answers.rows[leaf]
    return [] if _stands_as(rows, position) else [fragments.article(rows, answers.shown.get(leaf))]


def _stands_as(rows: AnswerRows, position: Position) -> bool:
    generation = last_run(rows.generations)
    return generation is None or (generation.pk, generation.status) == (
        position.generation,
        position.status,
    )


def _render_leaf(rows: AnswerRows) -> tuple[Position, RenderedAnswer | None]:
    """Where a page stands that is sent this message now, and how it is rendered."""
    generation = last_run(rows.generations)
    if generation is None:
        return Position(rows.message.pk), None
    shown = rendered_answer.render(rows)
    return Position(rows.message.pk, generation.pk, shown.cursor, generation.status), shown
