"""The editor of a message: a page with a form, which htmx opens within the thread."""

from __future__ import annotations

from uuid import uuid4

from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from conversations import access
from conversations.access import person
from conversations.models import Conversation, Message
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from streaming.editing import actions
from streaming.editing.forms import PromptForm
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.forms import KeyForm
from streaming.runs.refusals import Refused
from streaming.site import site
from streaming.thread_replies import changed, notice, refused, wait, with_news


@require_http_methods(["GET", "POST"])
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """A prompt in other words. What is refused stays in the editor."""
    message = access.message(person(request), pk)
    if request.method == "GET":
        if message.role != Message.Role.USER:
            raise Http404
        return _editor(request, message, message.text)
    shown = message.conversation.leaf_id
    form = PromptForm(request.POST, menu=site().menu, usual=_usual(message.conversation))
    try:
        if not form.is_valid():
            return _not_taken(request, message, form.complaint, 400)
        asked = form.cleaned_data
        actions.edit_prompt(person(request), asked["key"], message, asked["text"], asked["model"])
    except Refused as trouble:
        reply = _not_taken(request, message, str(trouble), trouble.status, trouble.passing)
        return wait(with_news(reply, request, message.conversation), trouble)
    except DatabaseError:
        return _not_taken(request, message, STORAGE_SENTENCE, 503)
    return changed(request, message.conversation, shown)


@require_POST
def branch(request: HtmxRequest, pk: int) -> HttpResponse:
    """The thread down to a message, as a new conversation; the same form leads to the same one."""
    message = access.message(person(request), pk)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return refused(request, message.conversation, form.complaint, 409)
    try:
        copied = actions.branch(person(request), form.cleaned_data["key"], message)
    except DatabaseError:
        return refused(request, message.conversation, STORAGE_SENTENCE, 503)
    place = reverse("conversations:open", args=[copied.pk])
    return HttpResponseClientRedirect(place) if request.htmx else SeeOther(place)


@require_GET
def regenerate_with(request: HtmxRequest, pk: int) -> HttpResponse:
    """The models that can answer again: a page, or for htmx what it holds."""
    message = access.message(person(request), pk)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    context = {"message": message, "key": uuid4(), "selected": _usual(message.conversation)}
    template = "_models" if request.htmx else "models"
    return render(request, f"streaming/editing/{template}.html", context)


def _not_taken(
    request: HtmxRequest, message: Message, sentence: str, status: int, passing: bool = False
) -> HttpResponse:
    """Why; within the thread the editor stands as it is, without script the page has the text."""
    if request.htmx:
        return HttpResponse(notice(sentence, passing=passing), status=status)
    return _editor(request, message, request.POST.get("text", ""), sentence, status)


def _editor(
    request: HtmxRequest, message: Message, text: str, sentence: str = "", status: int = 200
) -> HttpResponse:
    template = "_editor" if request.htmx else "edit"
    context = {
        "message": message,
        "text": text,
        "sentence": sentence,
        "key": request.POST.get("key") or uuid4(),
        "selected": request.POST.get("model") or _usual(message.conversation),
    }
    return render(request, f"streaming/editing/{template}.html", context, status=status)


def _usual(conversation: Conversation) -> str:
    """The model that the conversation used last, as a form names it."""
    return f"{conversation.provider}/{conversation.model}"
