"""`{% answers_of messages as answers %}` once a thread, `{% answer message answers %}` for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import template

from conversations.files.models import File
from conversations.models import Conversation, Message
from conversations.search.within import FoundWithin
from streaming.live.answers.answer_view import AnswerContent, SiblingSteps
from streaming.live.answers.thread_answers import ThreadAnswers
from streaming.live.thread import whereabouts
from streaming.models import Generation

register = template.Library()


@register.simple_tag
def answers_of(messages: Sequence[Message]) -> ThreadAnswers:
    """What is known of the answers among these messages of one branch, which are in order."""
    return ThreadAnswers.of(messages)


@register.simple_tag
def edits_of(conversation: Conversation | None) -> int:
    """For the page's position, before the page reads its thread."""
    return whereabouts.edits(conversation) if conversation else 0


@register.simple_tag
def siblings(message: Message, answers: ThreadAnswers) -> SiblingSteps:
    """The messages next to this one in a fork of the thread."""
    return answers.siblings(message.pk)


@register.simple_tag
def files_of(message: Message, answers: ThreadAnswers) -> Sequence[File]:
    """What hangs on this message."""
    return answers.files.get(message.pk, ())


@register.inclusion_tag("streaming/answer/_answer.html", takes_context=True)
def answer(context: template.Context, message: Message, answers: ThreadAnswers) -> dict[str, Any]:
    view, found = answers.view(message.pk), context.get("found")
    keys: Iterator[UUID] | None = context.get("form_keys")
    if found is not None and view.status != Generation.Status.RUNNING:
        view = replace(view, content=_marked(view.content, found, message.pk))
    if keys is not None:
        view = replace(view, offers=view.offers._replace(key=next(keys)))
    return {
        "message": message,
        "answer": view,
        "csrf_token": context.get("csrf_token"),
        "form_keys": keys,
    }


def _marked(content: AnswerContent, found: FoundWithin, message_id: int) -> AnswerContent:
    """With the words that were looked for marked in each of its texts."""
    texts = [content.html, *(part.html for part in content.rest)]
    html, *later = found.marked_all(texts, message_id)
    rest = [
        part._replace(html=marked) if part.html else part
        for part, marked in zip(content.rest, later, strict=True)
    ]
    return content._replace(html=html, rest=rest)
