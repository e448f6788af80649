"""The one door of a prompt in line: its form has a button for each thing that can be done."""

from __future__ import annotations

from itertools import chain
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from conversations import access
from conversations.access import Person, person
from conversations.models import Conversation
from conversations.requests import HtmxRequest
from conversations.views import page
from streaming.error_messages import replies
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.live import fragments
from streaming.queue import changes, sending
from streaming.queue.forms import PressForm, SaveForm
from streaming.runs.refusals import Refused
from streaming.site import site
from streaming.thread_replies import back_to_line, notice, position_of, refused, wait


@require_POST
def act(request: HtmxRequest, pk: UUID, key: UUID) -> HttpResponse:
    """A row that is gone is no error: it was sent or taken out, and the reply shows the line."""
    user = person(request)
    conversation = access.conversation(user, pk)
    press = PressForm(request.POST)
    try:
        if not press.is_valid():
            raise Refused(replies.RELOAD)
        if press.cleaned_data["do"] == "save":
            return _save(request, conversation, key)
        _press(user, conversation, key, press.cleaned_data, asks="stops" in request.POST)
    except Refused as trouble:
        reply = refused(
            request,
            conversation,
            str(trouble),
            trouble.status,
            needs_room=trouble.needs_room,
        )
        return wait(_with_line(reply, request, conversation), trouble)
    except DatabaseError:
        return refused(request, conversation, STORAGE_SENTENCE, 503)
    return _shown(request, conversation)


def _press(
    user: Person, conversation: Conversation, key: UUID, said: dict[str, Any], *, asks: bool
) -> None:
    match said:
        case {"before": UUID() as other}:
            changes.place(conversation, key, other, after=False)
        case {"after": UUID() as other}:
            changes.place(conversation, key, other, after=True)
        case {"do": "edit"}:
            changes.edit(conversation, key)
        case {"do": "leave"}:
            changes.leave(conversation, key)
        case {"do": "remove"}:
            changes.take_out(conversation, key)
        case {"do": "undo"}:
            changes.put_back(conversation, key)
        case {"do": "send"}:
            sending.send_now(user, conversation, key, said["stops"], asks=asks)
        case _:
            raise Refused(replies.RELOAD)


def _save(request: HtmxRequest, conversation: Conversation, key: UUID) -> HttpResponse:
    """What was written stays, in its row or in the message box, if it cannot be saved."""
    form = SaveForm(request.POST, menu=site().menu.of(person(request).pk))
    try:
        if form.is_valid():
            said = form.cleaned_data
            changes.save(conversation, key, said["prompt"], said["model"])
            return _shown(request, conversation)
        complaint, status = " ".join(map(str, chain(*form.errors.values()))), 400
    except Refused as trouble:
        complaint, status = str(trouble), trouble.status
    if request.htmx:
        return _with_line(HttpResponse(notice(complaint), status=status), request, conversation)
    form.errors.clear()
    form.add_error(None, complaint)
    context = {**page(conversation), "refused": form}
    return render(request, "conversations/conversation.html", context, status=status)


def _shown(request: HtmxRequest, conversation: Conversation) -> HttpResponse:
    if not request.htmx:
        return back_to_line(conversation.pk)
    return _with_line(HttpResponse(), request, conversation)


def _with_line(
    reply: HttpResponse, request: HtmxRequest, conversation: Conversation
) -> HttpResponse:
    """The line as it stands, after all else that the page lacks."""
    if not request.htmx:
        return reply
    position = position_of(request)
    if position is None:
        reply.write(fragments.prompts_in_line(conversation.pk))
    elif news := site().news.of(conversation.pk, conversation.owner_id, position):
        reply.write("".join(news.fragments))
    return reply
