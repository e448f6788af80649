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
from conversations.files import attached, drafts
from conversations.models import Conversation, Message
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from streaming.editing import actions, answers
from streaming.editing.forms import AnswerForm, PromptForm
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.forms import KeyForm
from streaming.models import Generation
from streaming.runs.refusals import Refused
from streaming.runs.standing import last_run, resumable_run
from streaming.site import site
from streaming.thread_replies import changed, notice, refused, room_for, wait, with_news


@require_http_methods(["GET", "POST"])
def edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """A message in other words. What is refused stays in the editor."""
    message = access.message(person(request), pk)
    if request.method == "GET":
        return _editor(request, message, message.text)
    shown = message.conversation.leaf_id
    form = _form(request, message)
    if not form.is_valid():
        return _not_taken(request, message, Refused(form.complaint), 400)
    try:
        _take(request, message, form)
    except Refused as trouble:
        reply = _not_taken(request, message, trouble)
        return wait(with_news(reply, request, message.conversation), trouble)
    except DatabaseError:
        return _not_taken(request, message, Refused(STORAGE_SENTENCE), 503)
    edited = message.pk if message.role == Message.Role.ASSISTANT else None
    return changed(request, message.conversation, shown, edited)


@require_POST
def undo_edit(request: HtmxRequest, pk: int) -> HttpResponse:
    """The text before an edit again; the same form twice does it once."""
    rows = Generation.objects.visible().select_related("message__conversation", "conversation")
    edit = access.through(rows, person(request), "conversation__owner_id", pk)
    thread = edit.conversation
    shown = thread.leaf_id
    try:
        answers.undo_edit(edit)
    except Refused as trouble:
        return with_news(refused(request, thread, str(trouble), 409), request, thread)
    except DatabaseError:
        return refused(request, thread, STORAGE_SENTENCE, 503)
    return changed(request, thread, shown, edit.message_id)


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


def _form(request: HtmxRequest, message: Message) -> AnswerForm:
    if message.role == Message.Role.ASSISTANT:
        return AnswerForm(request.POST)
    return PromptForm(
        request.POST, menu=site().menu.of(person(request).pk), usual=_usual(message.conversation)
    )


def _take(request: HtmxRequest, message: Message, form: AnswerForm) -> None:
    """A prompt with those of its files that the form names."""
    user, asked = person(request), form.cleaned_data
    if message.role == Message.Role.ASSISTANT:
        answers.edit_answer(user, asked["key"], message, asked["text"], asked["base"])
    else:
        files = drafts.composed(request)
        if files.complaints:
            raise Refused(" ".join(files.complaints))
        actions.edit_prompt(user, asked["key"], message, asked["text"], asked["model"], files.ids)


def _not_taken(
    request: HtmxRequest, message: Message, why: Refused, status: int | None = None
) -> HttpResponse:
    """Why; within the thread the editor stands as it is, without script the page has the text."""
    status = status or why.status
    room = room_for(request, message.conversation, message.pk) if why.needs_room else ""
    if request.htmx:
        told = notice(str(why), passing=why.passing, room=room)
        return HttpResponse(told, status=status)
    return _editor(request, message, request.POST.get("text", ""), str(why), status, room)


def _editor(
    request: HtmxRequest,
    message: Message,
    text: str,
    sentence: str = "",
    status: int = 200,
    room: str = "",
) -> HttpResponse:
    template = "_editor" if request.htmx else "edit"
    last = last_run(message.generations.all())
    context = {
        "base": request.POST.get("base") or (last.pk if last else None),
        "resumable": last is not None and resumable_run(last, message.text),
        "message": message,
        "files": attached.of_messages([message]).get(message.pk, ()),
        "text": text,
        "sentence": sentence,
        "room": room,
        "key": request.POST.get("key") or uuid4(),
        "selected": request.POST.get("model") or _usual(message.conversation),
    }
    return render(request, f"streaming/editing/{template}.html", context, status=status)


def _usual(conversation: Conversation) -> str:
    """The model that the conversation used last, as a form names it."""
    return f"{conversation.provider}/{conversation.model}"
