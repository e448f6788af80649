"""A message as it was written: its Markdown, to be copied; of one that grows, all so far."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from conversations import access
from conversations.access import person
from conversations.models import Message
from streaming.journal import store


@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    message = access.message(person(request), pk)
    return HttpResponse(_text(message), content_type="text/plain; charset=utf-8")


def _text(message: Message) -> str:
    run = message.generations.running().first()
    snapshot = store.snapshot(run.pk) if run else None
    return snapshot.text if snapshot else message.text
