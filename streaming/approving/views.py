"""The buttons on the card of a call. Each is a plain form; its reply is what changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from conversations import access
from conversations.access import Person, person
from conversations.models import Message
from conversations.requests import HtmxRequest
from streaming.approving import actions
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.forms import KeyForm
from streaming.live import fragments
from streaming.runs.refusals import Refused
from streaming.thread_replies import changed, refused, wait, with_news

Decision: TypeAlias = Callable[[Person, UUID, Message, int], None]


@require_POST
def approve(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    return _decided(request, pk, number, actions.approve)


@require_POST
def approve_here(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    return _decided(request, pk, number, actions.approve_here)


@require_POST
def approve_always(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    return _decided(request, pk, number, actions.approve_always)


@require_POST
def refuse(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    return _decided(request, pk, number, actions.refuse)


@require_POST
def stop(request: HtmxRequest, pk: int, number: int) -> HttpResponse:
    """The answer hears of it within a second, and continues without what the tool would say."""
    return _decided(request, pk, number, actions.stop)


def _decided(request: HtmxRequest, pk: int, number: int, decide: Decision) -> HttpResponse:
    message = access.message(person(request), pk)
    shown, form = message.conversation.leaf_id, KeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(form.complaint)
        decide(person(request), form.cleaned_data["key"], message, number)
    except Refused as trouble:
        reply = refused(request, message.conversation, str(trouble), trouble.status)
        return wait(with_news(reply, request, message.conversation), trouble)
    except DatabaseError:
        return refused(request, message.conversation, STORAGE_SENTENCE, 503)
    reply = changed(request, message.conversation, shown, message.pk)
    if request.htmx and (undecided := actions.left_to_decide(message)):
        reply.write(fragments.cards(undecided))
    return reply
