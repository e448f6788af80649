"""The answers of a thread for its templates: read together, each rendered when it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.models import Message
from streaming.live.answers import answer_rows, answer_view
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.answer_view import AnswerView
from streaming.live.answers.rendered_answer import RenderedAnswer


@dataclass(frozen=True, slots=True)
class ThreadAnswers:
    """`shown` holds, by message, what is rendered already and has to be shown so."""

    rows: Mapping[int, AnswerRows]
    shown: Mapping[int, RenderedAnswer] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Sequence[Message]) -> ThreadAnswers:
        return cls(answer_rows.load_all(messages))

    def view(self, message_id: int) -> AnswerView:
        return answer_view.answer(self.rows[message_id], self.shown.get(message_id))
