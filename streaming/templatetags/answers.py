"""`{% answer message %}`: an assistant message with the life that is in it."""

from __future__ import annotations

from typing import Any

from django import template

from conversations.models import Message
from streaming.live.answers import answer_view

register = template.Library()


@register.inclusion_tag("streaming/answer/_answer.html", takes_context=True)
def answer(context: template.Context, message: Message) -> dict[str, Any]:
    return {
        "message": message,
        "answer": answer_view.answer(message),
        "csrf_token": context.get("csrf_token"),
    }
