"""Suggesting a title: the offer is taken, changed or left by the form that renames."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from conversations import access
from conversations.access import person
from conversations.models import Conversation
from conversations.requests import HtmxRequest
from streaming.error_messages import replies
from streaming.forms import KeyForm
from streaming.runs.refusals import Refused
from streaming.thread_replies import back, wait
from streaming.titles import actions


@require_POST
def suggest(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """A page with the offer, or for htmx the offer alone; it changes no title."""
    conversation, form = access.conversation(person(request), pk), KeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(form.complaint)
        asked = actions.suggest(person(request), form.cleaned_data["key"], conversation)
    except Refused as trouble:
        return wait(_offer(request, conversation, "", str(trouble), trouble.status), trouble)
    sentence = "" if asked.title else asked.sentence or replies.NO_TITLE
    return _offer(request, conversation, asked.title, sentence)


@require_POST
def cancel(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Nobody waits any more for the title that was asked for with this key."""
    conversation, form = access.conversation(person(request), pk), KeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(form.complaint)
        actions.cancel(person(request), form.cleaned_data["key"], conversation)
    except Refused as trouble:
        return wait(_offer(request, conversation, "", str(trouble), trouble.status), trouble)
    return HttpResponse(status=204) if request.htmx else back(conversation.pk, None)


def _offer(
    request: HtmxRequest, conversation: Conversation, title: str, sentence: str, status: int = 200
) -> HttpResponse:
    context = {"conversation": conversation, "offered": title, "sentence": sentence}
    page = "titles/_part.html" if request.htmx else "titles/offer.html"
    return render(request, page, context, status=status)
