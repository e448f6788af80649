"""All HTML that goes over a socket: an answer's frames, its ending, and pieces of the page.

A frame is JSON where the browser only has to add plain text or to show the open block anew, else
HTML that is swapped out of band, headed by a comment that says from which entry to which it leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.template.loader import render_to_string
from django.utils.html import escape

from conversations.branches import Stretch
from conversations.markdown import Append, AppendText, Operation, Remove, Replace, SetOpen
from conversations.models import Conversation, Message
from streaming.journal.tool_calls import OPEN, AnswerCalls, CallChange
from streaming.live.answers import answer_rows, answer_view, rendered_answer
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.answer_view import SiblingSteps
from streaming.live.answers.changes import (
    Change,
    PartBegan,
    TextChanged,
    ThoughtsEnded,
    ThoughtsGrew,
)
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.answers.thread_answers import ThreadAnswers
from streaming.live.protocol import FrameRange, answer_head, frame_head, text_frame
from streaming.live.sidebar import listing
from streaming.live.thread import whereabouts
from streaming.live.thread.prompts_in_line import line_of
from streaming.live.thread.whereabouts import Running


def frame(where: FrameRange, changes: Sequence[Change]) -> str:
    """The entries from `start` to `end`, as the browser applies them."""
    match changes:
        case [TextChanged(place, [AppendText(text)])]:
            return text_frame("text", where, text, place)
        case [TextChanged(place, [SetOpen(html)])]:
            return text_frame("open", where, html, place)
        case [ThoughtsGrew(place, text)]:
            return text_frame("reasoning", where, text, place)
        case [CallChange(call, False, added)] if call.state == OPEN:
            return text_frame("arguments", where, added, call=call.number)
    return frame_head(where) + _swaps(where.message, changes)


def ending(where: FrameRange, changes: Sequence[Change]) -> str:
    """The last frame of a run: what was still open, how it ended, what can be done."""
    rows = answer_rows.load(where.message)
    answer = answer_view.answer(rows)
    context = {
        "message": rows.message,
        "answer": answer,
        "thought": answer.content.thought,
        "oob": "true",
    }
    parts = ("timeline", "reasoning_label", "outcome", "footer")
    return "".join(
        [
            frame_head(where),
            _swaps(where.message, changes),
            *(render_to_string(f"streaming/answer/_{part}.html", context) for part in parts),
            around(rows.message.conversation),
        ]
    )


def bar(message_id: int) -> str:
    """What stands below a running answer: that it waits, or nothing."""
    rows = answer_rows.load(message_id)
    answer = answer_view.answer(rows, RenderedAnswer("", len(rows.message.text), "", 0))
    context = {"message": rows.message, "answer": answer, "oob": "true"}
    return render_to_string("streaming/answer/_outcome.html", context)


def end(rows: AnswerRows) -> str:
    """What stands below an answer that has become the last of the thread; nothing for a prompt."""
    if rows.message.role != Message.Role.ASSISTANT:
        return ""
    context = {"message": rows.message, "answer": answer_view.answer(rows), "oob": "true"}
    parts = ("outcome", "footer")
    return "".join(render_to_string(f"streaming/answer/_{part}.html", context) for part in parts)


def article(rows: AnswerRows, shown: RenderedAnswer | None = None) -> str:
    """A whole answer, in the place of what a page shows of it."""
    message, answer = rows.message, answer_view.answer(rows, shown)
    generation = answer.generation.pk if answer.generation else None
    head = answer_head(message.pk, generation, answer.content.cursor, answer.status)
    context = {"message": message, "answer": answer}
    rendered = render_to_string("streaming/answer/_answer.html", context)
    return head + _in_place(rendered)


def quiet_article(rows: AnswerRows) -> str:
    """An answer above the end of the thread, in the place of what a page shows of it."""
    context = {"message": rows.message, "answer": answer_view.answer(rows)}
    return _in_place(render_to_string("streaming/answer/_answer.html", context))


def cards(message: Message) -> str:
    """The calls of an answer that nobody writes, in the place of what a page shows of them."""
    changes = [CallChange(call, False, "") for call in AnswerCalls(message.tool_calls).all]
    return _swaps(message.pk, changes)


def kept() -> str:
    """That the conversation is not, or no longer, a temporary one."""
    return render_to_string("trash/_temporary.html", {"conversation": None, "oob": "true"})


def parameters(conversation: Conversation) -> str:
    """What of its system prompt and parameters differs from the default."""
    context = {"conversation": conversation, "oob": "true"}
    return render_to_string("streaming/parameters/_chips.html", context)


def left_out(shown: Sequence[Message]) -> str:
    """Whether what is above these prompts is sent to models: an editor that is open stays."""
    prompts = (message for message in shown if message.role == Message.Role.USER)
    marks = ({"message": message, "oob": "true"} for message in prompts)
    return "".join(render_to_string("context/_left_out.html", mark) for mark in marks)


def edits(count: int, steps: Sequence[tuple[Message, SiblingSteps]]) -> str:
    """What a page shows that has taken in what came before: its position's `edits`.

    With the number of each of these messages among its siblings, for those that the page shows.
    """
    context = {"edits": count, "siblings": steps, "key": uuid4(), "oob": "true"}
    return render_to_string("streaming/editing/_edits.html", context)


def messages(shown: Sequence[Message], answers: ThreadAnswers) -> str:
    """Messages to add at the end of the thread."""
    return f'<div hx-swap-oob="beforeend:#thread">{_articles(shown, answers)}</div>'


def branch(fork: int, shown: Sequence[Message], answers: ThreadAnswers) -> str:
    """Messages that take the place of all that stands after the message `fork`."""
    articles = _articles(shown, answers)
    return f'<div hx-swap-oob="beforeend:#thread" data-after="{fork}">{articles}</div>'


def thread(conversation: Conversation, stretch: Stretch, answers: ThreadAnswers) -> str:
    """The thread anew, from its end."""
    context = {"conversation": conversation, "stretch": stretch, "answers": answers}
    shown = render_to_string("conversations/thread/messages.html", context)
    return f'<div id="thread" hx-swap-oob="innerHTML">{shown}</div>'


def around(conversation: Conversation) -> str:
    """What shows a conversation's state outside its answers: the controls, the row, the bill."""
    row = listing.row(conversation.pk)
    context = {"conversation": conversation, "row": row, "current": conversation.pk, "oob": "true"}
    shown = controls(whereabouts.running(conversation.pk))
    listed = render_to_string("conversations/sidebar/_row.html", context) if row else ""
    return shown + listed + render_to_string("streaming/details/_spending.html", context)


def controls(running: Running | None) -> str:
    """Send, or Stop while this run writes."""
    context = {"running": running, "oob": "true"}
    return render_to_string("streaming/composer/_controls.html", context)


def prompts_in_line(conversation_id: UUID) -> str:
    """The prompts that wait in a conversation."""
    line = line_of(conversation_id)
    context = {"line": line, "conversation_id": conversation_id, "oob": "true"}
    return render_to_string("streaming/queue/_queue.html", context)


def _articles(shown: Sequence[Message], answers: ThreadAnswers) -> str:
    template = "conversations/thread/_message.html"
    return "".join(
        render_to_string(template, {"message": message, "answers": answers}) for message in shown
    )


def _swaps(message_id: int, changes: Sequence[Change]) -> str:
    return "".join(_changed(message_id, change) for change in changes)


def _changed(message_id: int, change: Change) -> str:
    context: dict[str, Any] = {"message": {"pk": message_id}, "oob": "true"}
    match change:
        case TextChanged(place, operations):
            name = rendered_answer.prefix(message_id, place)
            return "".join(_swap(name, operation) for operation in operations)
        case ThoughtsGrew(place, added):
            return _append(f"reasoning-{message_id}{place}", escape(added))
        case ThoughtsEnded(place, label):
            context |= {"thought": label, "place": place}
            return render_to_string("streaming/answer/_reasoning_label.html", context)
        case PartBegan(part):
            shown = render_to_string("streaming/answer/part.html", context | {"part": part})
            return _append(f"parts-{message_id}", shown)
        case CallChange(call, _, added) if call.state == OPEN:
            return _append(f"tool-{message_id}-{call.number}-arguments", escape(added), "code")
        case CallChange(call):
            card = render_to_string("streaming/answer/_tool_call.html", context | {"call": call})
            return _in_place(card)


def _swap(answer: str, operation: Operation) -> str:
    match operation:
        case AppendText(text):
            return _append(f"{answer}-tail", escape(text), "span")
        case SetOpen(html):
            return f'<div id="{answer}-open" hx-swap-oob="innerHTML">{html}</div>'
        case Append(target, html, wrapper):
            return _append(target, html, wrapper)
        case Replace(_, html):
            return _in_place(html)
        case Remove(target):
            return f'<div id="{target}" hx-swap-oob="delete"></div>'


def _append(target: str, html: str, wrapper: str = "div") -> str:
    return f'<{wrapper} hx-swap-oob="beforeend:#{target}">{html}</{wrapper}>'


def _in_place(html: str) -> str:
    """The element, marked to replace the one of its id."""
    name, rest = html.lstrip()[1:].split(maxsplit=1)
    return f'<{name} hx-swap-oob="true" {rest}'
