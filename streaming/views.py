"""What a person can do to an answer: have it written, stopped, resumed, written again.

Every action is a plain form: without script it leads back to the page, with htmx its reply is
what changed, to be swapped out of band.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from typing import TypeAlias
from uuid import UUID

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import access, branches
from conversations.access import Person, person
from conversations.files import drafts
from conversations.files.drafts import Composed
from conversations.models import Conversation, Message
from conversations.order import scope
from conversations.requests import HtmxRequest, row_number
from conversations.roles.doors import open_to_readers
from conversations.views import page
from streaming import actions
from streaming.error_messages import replies
from streaming.error_messages.failures import STORAGE_SENTENCE
from streaming.forms import KeyForm, ModelForm, SendForm
from streaming.live import fragments, protocol
from streaming.live.answers.thread_answers import ThreadAnswers
from streaming.live.position import ListPosition, Position
from streaming.live.sidebar import list_view, seen
from streaming.live.thread import polling
from streaming.models import Generation, QueuedPrompt
from streaming.parameters import presets
from streaming.queue import sending
from streaming.runs.refusals import Refused
from streaming.site import site
from streaming.thread_replies import (
    back,
    back_to_line,
    begun,
    changed,
    news,
    notice,
    position_of,
    refused,
    risen_list,
    room_for,
    wait,
    with_news,
)

STOP_SECONDS = 2.0

NOTHING_TO_SEE = '<svg xmlns="http://www.w3.org/2000/svg"/>'
NO_FILES = Composed()

Action: TypeAlias = Callable[[Person, UUID, Message], object]


@require_POST
def send(request: HtmxRequest) -> HttpResponse:
    conversation = _named_conversation(request)
    menu, files = site().menu.of(person(request).pk), drafts.composed(request)
    form = SendForm(request.POST, menu=menu)
    form.is_valid()
    for complaint in files.complaints:
        form.add_error(None, complaint)
    if form.errors:
        return _send_back(request, conversation, form, 400, files=files)
    asked = form.cleaned_data
    key = "" if conversation else request.POST.get("parameters", "")
    if (parameters := presets.of_new(person(request).pk, key)) is None and key:
        form.add_error(None, replies.PARAMETERS_GONE)
        reply = _send_back(request, conversation, form, 409, files=files)
        if request.htmx:
            none = {"conversation": None, "parameters_key": "", "oob": "true"}
            reply.write(render_to_string("streaming/parameters/_chips.html", none, request))
        return reply
    try:
        asked_for = sending.send(
            person(request),
            asked["key"],
            conversation,
            asked["prompt"],
            asked["model"],
            is_temporary=asked["temporary"],
            project=scope.project_named(request.POST.get("project", ""), person(request).pk),
            parameters=parameters,
            files=files.ids,
        )
    except Refused as trouble:
        form.add_error(None, str(trouble))
        room = room_for(request, conversation) if trouble.needs_room and conversation else ""
        reply = _send_back(
            request,
            conversation,
            form,
            trouble.status,
            passing=trouble.passing,
            room=room,
            files=files,
        )
        return wait(with_news(reply, request, conversation), trouble)
    except DatabaseError:
        form.add_error(None, STORAGE_SENTENCE)
        return _send_back(request, conversation, form, 503, files=files)
    if isinstance(asked_for, QueuedPrompt):
        return _put_in_line(request, asked_for.conversation)
    return _sent(request, asked_for, conversation)


@open_to_readers
@require_POST
def stop(request: HtmxRequest, pk: int) -> HttpResponse:
    """Returns once the upstream connection is closed, if that takes no longer than 2 s."""
    generation = access.through(
        Generation.objects.visible(), person(request), "conversation__owner_id", pk
    )
    with suppress(StillRunning):  # then the page hears of the end when it comes
        actions.stop(generation).result(STOP_SECONDS)
    if request.htmx:
        return HttpResponse(news(request, generation.conversation))
    return back(generation.conversation_id, actions.now_writing(generation).message_id)


@require_GET
def standing(request: HttpRequest, pk: UUID | None = None) -> JsonResponse:
    """The messages that a socket would send a page that stands where this address says."""
    said = request.GET.dict()
    user, shown = person(request), ListPosition.read(said)
    messages = _thread_news(user, pk, Position.read(said))
    if shown is not None and (listed := list_view.news_since(user.pk, pk, shown)):
        messages = [listed, *messages]
    return JsonResponse({"messages": messages}, json_dumps_params={"ensure_ascii": False})


@open_to_readers
@require_http_methods(["GET", "POST"])
def see(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """The answers up to `generation`, or all, were seen, as far as they have ended.

    Without script the page says so by an empty picture that it shows.
    """
    conversation = access.conversation(person(request), pk)
    up_to = row_number(request.POST.get("generation", ""))
    up_to = seen.LAST if up_to is None else up_to
    seen.note_and_tell(conversation.pk, conversation.owner_id, up_to)
    if request.method == "GET":
        return HttpResponse(NOTHING_TO_SEE, content_type="image/svg+xml")
    return HttpResponse(status=204) if request.htmx else back(conversation.pk, None)


def _thread_news(user: Person, pk: UUID | None, position: Position) -> Sequence[str]:
    """What leads a page to the end of its thread; a new conversation has none."""
    if pk is None:
        return [protocol.stands(Position())]
    conversation = access.conversation(user, pk)
    messages = polling.news_since(site(), conversation.pk, conversation.owner_id, position)
    if messages is None:
        raise Http404
    return messages


@require_POST
def resume(request: HtmxRequest, pk: int) -> HttpResponse:
    """Also with another model, where the form names one."""
    form = ModelForm(request.POST, menu=site().menu.of(person(request).pk))

    def resume_with(user: Person, key: UUID, message: Message) -> None:
        actions.resume(user, key, message, form.cleaned_data["model"])

    return _act(request, pk, resume_with, form)


@require_POST
def regenerate(request: HtmxRequest, pk: int) -> HttpResponse:
    """With the model that the form names, else with the one that wrote the answer."""
    form = ModelForm(request.POST, menu=site().menu.of(person(request).pk))

    def write_anew(user: Person, key: UUID, message: Message) -> None:
        actions.regenerate(user, key, message, form.cleaned_data["model"])

    return _act(request, pk, write_anew, form)


@require_POST
def retry(request: HtmxRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.retry)


@require_POST
def undo_resume(request: HtmxRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.undo_resume)


@require_POST
def show(request: HtmxRequest, pk: int) -> HttpResponse:
    return _act(request, pk, actions.show)


def _act(
    request: HtmxRequest, pk: int, action: Action, form: KeyForm | None = None
) -> HttpResponse:
    """Do it to the message, and answer with the thread as it stands then."""
    message = access.message(person(request), pk)
    shown = message.conversation.leaf_id
    form = form or KeyForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(form.complaint)
        action(person(request), form.cleaned_data["key"], message)
    except Refused as trouble:
        reply = refused(
            request,
            message.conversation,
            str(trouble),
            trouble.status,
            needs_room=trouble.needs_room,
            message_id=message.pk,
        )
        return wait(with_news(reply, request, message.conversation), trouble)
    except DatabaseError:
        return refused(request, message.conversation, STORAGE_SENTENCE, 503)
    return changed(request, message.conversation, shown)


def _sent(
    request: HtmxRequest, generation: Generation, before: Conversation | None
) -> HttpResponse:
    if not request.htmx:
        return back(generation.conversation_id, generation.message_id)
    if before is None:
        return begun(request, generation)
    position = position_of(request)
    if position is not None:
        told = _led_on(request, generation.conversation, position)
    else:
        both = branches.newest(generation.conversation, 2).messages
        told = fragments.messages(both, ThreadAnswers.of(both)) + fragments.around(
            generation.conversation
        )
    return HttpResponse(told + risen_list(request, before))


def _put_in_line(request: HtmxRequest, conversation: Conversation) -> HttpResponse:
    position = position_of(request)
    if not request.htmx:
        return back_to_line(conversation.pk)
    if position is not None:
        return HttpResponse(_led_on(request, conversation, position))
    return HttpResponse(fragments.prompts_in_line(conversation.pk))


def _led_on(request: HttpRequest, conversation: Conversation, position: Position) -> str:
    """What leads to the answer that has just begun; the page's socket is sent the same."""
    found = site().news.of(conversation.pk, conversation.owner_id, position)
    return "".join(found.fragments) if found and found.fragments else news(request, conversation)


def _send_back(
    request: HtmxRequest,
    conversation: Conversation | None,
    form: SendForm,
    status: int,
    *,
    passing: bool = False,
    room: str = "",
    files: Composed = NO_FILES,
) -> HttpResponse:
    """The complaint, and the page with text and files still in the box."""
    if request.htmx:
        complaints = [str(text) for texts in form.errors.values() for text in texts]
        return HttpResponse(notice(" ".join(complaints), passing=passing, room=room), status=status)
    context = {**page(conversation), "refused": form, "room": room, "files": files.files}
    return render(request, "conversations/conversation.html", context, status=status)


def _named_conversation(request: HttpRequest) -> Conversation | None:
    """The conversation that the form names; a name that is none is not found."""
    name = request.POST.get("conversation")
    if not name:
        return None
    try:
        pk = UUID(name)
    except ValueError:
        raise Http404 from None
    return access.conversation(person(request), pk)
