"""The answers of a thread for its templates: read together, each rendered when it is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from streaming.live.answers import answer_rows, answer_view, rendered_answer
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.answer_view import AnswerView, SiblingSteps
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.models import Generation


@dataclass(frozen=True, slots=True)
class ThreadAnswers:
    """`shown` holds, by message, what is rendered already and has to be shown so; `files`, by
    message, what hangs on it.
    """

    rows: Mapping[int, AnswerRows]
    shown: Mapping[int, RenderedAnswer] = field(default_factory=dict)
    files: Mapping[int, Sequence[File]] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Sequence[Message]) -> ThreadAnswers:
        return cls(answer_rows.load_all(messages), files=attached.of_messages(messages))

    @classmethod
    def begun(cls, messages: Sequence[Message], generation: Generation) -> ThreadAnswers:
        """Of a prompt and the answer that this run was just made to write."""
        shown = {generation.message_id: rendered_answer.nothing_yet(generation.message_id)}
        files = attached.of_messages(messages)
        return cls(answer_rows.just_made(messages, generation), shown, files)

    def siblings(self, message_id: int) -> SiblingSteps:
        """Also those of a prompt."""
        return answer_view.siblings(self.rows[message_id])

    def view(self, message_id: int) -> AnswerView:
        return answer_view.answer(self.rows[message_id], self.shown.get(message_id))
