"""The JSON API: list, read, send, stop, resume, with the actions and limits of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import Http404, HttpRequest, JsonResponse

from conversations import access, branches
from conversations.access import Person, person
from conversations.files import attached, drafts, sentences
from conversations.files.reading import Refused as NotTaken
from conversations.models import Conversation, Message
from conversations.paging import IN_ARCHIVE, IN_LIST, BadPlace, Place
from conversations.roles.doors import open_to_readers
from conversations.sign_in.grants import grant_of
from streaming import actions
from streaming.api import openapi, shapes
from streaming.api.requests import BadRequest, file_ids, for_programs, number, said
from streaming.catalog import model_menu
from streaming.error_messages import replies
from streaming.forms import ModelForm, SendForm
from streaming.models import QueuedPrompt
from streaming.queue import sending
from streaming.runs.standing import last_run
from streaming.site import site

AT_ONCE = 50
ORDER = ("-pinned", "-updated_at", "-pk")
STOP_SECONDS = 2.0


def reply(body: Any, status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})


@login_not_required
@for_programs("GET")
def document(request: HttpRequest) -> JsonResponse:
    """What all of this is, as OpenAPI."""
    return reply(openapi.document())


@for_programs("GET")
def root(request: HttpRequest) -> JsonResponse:
    """Who asks, and whether they may write."""
    scope = "write" if grant_of(request).may_write else "read"
    return reply({"person": person(request).get_username(), "scope": scope})


@for_programs("GET")
def models(request: HttpRequest) -> JsonResponse:
    offered = [
        {"id": value, "name": name, "provider": provider}
        for provider, choices in site().menu.of(person(request).pk).by_provider()
        for value, name in choices
    ]
    return reply({"models": offered})


@for_programs("POST")
def files(request: HttpRequest) -> JsonResponse:
    """A file that goes with a prompt later; the same one where the same request comes again."""
    sent = request.FILES.get("file")
    if sent is None:
        raise BadRequest(str(sentences.NONE_CHOSEN))
    try:
        file = drafts.added(person(request).pk, UUID(said(request)["key"]), sent)
    except NotTaken as trouble:
        raise BadRequest(trouble.sentence) from None
    return reply(shapes.file(file), 201)


@for_programs("GET", "POST")
def conversations(request: HttpRequest) -> JsonResponse:
    """The list, in stretches; POST begins a conversation with its first prompt."""
    if request.method == "POST":
        return _send(request, None)
    where = IN_ARCHIVE if request.GET.get("archived") == "true" else IN_LIST
    rows = Conversation.objects.filter(where, owner_id=person(request).pk).order_by(*ORDER)
    if after := request.GET.get("after", ""):
        try:
            rows = rows.filter(Place.read(after).after)
        except BadPlace:
            raise BadRequest(replies.NO_SUCH_PLACE) from None
    some = list(rows[: AT_ONCE + 1])
    more = str(Place.of(some[AT_ONCE - 1])) if len(some) > AT_ONCE else None
    return reply({"conversations": list(map(shapes.conversation, some[:AT_ONCE])), "next": more})


@for_programs("GET", "POST")
def conversation(request: HttpRequest, pk: UUID) -> JsonResponse:
    """The branch that is shown, its newest messages or those before one; POST sends a prompt."""
    row = access.conversation(person(request), pk)
    if request.method == "POST":
        return _send(request, row)
    leaf = row.leaf_id
    if before := number(request, "before"):
        leaf = access.through(row.messages.all(), person(request), OWNER, before).parent_id
    stretch = branches.ending_with(row, leaf)
    earlier = stretch.messages[0].pk if stretch.earlier else None
    told = {"messages": shapes.messages(stretch.messages), "earlier": earlier}
    return reply(shapes.conversation(row) | told)


OWNER = "conversation__owner_id"


@for_programs("GET")
def message(request: HttpRequest, pk: int) -> JsonResponse:
    return reply(shapes.message(access.message(person(request), pk)))


@open_to_readers
@for_programs("POST")
def stop(request: HttpRequest, pk: int) -> JsonResponse:
    """The answer, once it has stopped; one that has ended stays as it is."""
    user = person(request)
    row = _answer(user, pk)
    run = last_run(row.generations.order_by("pk"))
    if run is not None and run.status == run.Status.RUNNING:
        with suppress(StillRunning):  # then its stream tells the end when it comes
            actions.stop(run).result(STOP_SECONDS)
    return reply(shapes.message(access.message(user, pk)))


@for_programs("POST")
def resume(request: HttpRequest, pk: int) -> JsonResponse:
    """The answer, which is being written again; maybe with another model."""
    user = person(request)
    row = _answer(user, pk)
    form = ModelForm(said(request), menu=site().menu.of(person(request).pk))
    _check(form)
    asked = form.cleaned_data
    run = actions.resume(user, asked["key"], row, asked["model"])
    return reply(shapes.message(run.message))


def _answer(user: Person, pk: int) -> Message:
    row = access.message(user, pk)
    if row.role != Message.Role.ASSISTANT:
        raise Http404
    return row


def _send(request: HttpRequest, thread: Conversation | None) -> JsonResponse:
    """201 with the answer that has begun, or 202 with the prompt in line behind another."""
    body = said(request)
    form = SendForm(_with_model(dict(body), thread), menu=site().menu.of(person(request).pk))
    _check(form)
    asked = form.cleaned_data
    files = _files(request, body, asked["key"])
    made = sending.send(
        person(request),
        asked["key"],
        thread,
        asked["prompt"],
        asked["model"],
        is_temporary=asked["temporary"],
        files=files,
    )
    if isinstance(made, QueuedPrompt):
        return reply({"queued": shapes.in_line(made)}, 202)
    begun = reply(shapes.message(made.message), 201)
    begun.headers["Location"] = request.build_absolute_uri(f"/m/{made.message_id}/stream/")
    return begun


def _files(request: HttpRequest, body: Mapping[str, Any], key: UUID) -> Sequence[UUID]:
    """A form brings them along, JSON names those that came before. Raises BadRequest."""
    if request.content_type != "application/json":
        composed = drafts.composed(request, key)
        if composed.complaints:
            raise BadRequest(" ".join(composed.complaints))
        return composed.ids
    try:
        return [file.pk for file in drafts.of_ids(person(request).pk, file_ids(body))]
    except attached.Gone:
        raise BadRequest(str(replies.FILE_GONE)) from None
    except NotTaken as trouble:
        raise BadRequest(trouble.sentence) from None


def _with_model(asked: dict[str, Any], thread: Conversation | None) -> dict[str, Any]:
    """Without one: that of the conversation, or the one that the site gives new ones."""
    if not asked.get("model"):
        usual = model_menu.default_model()
        own = f"{thread.provider}/{thread.model}" if thread and thread.provider else ""
        asked["model"] = own or (usual.value if usual else "")
    return asked


def _check(form: Form) -> None:
    if not form.is_valid():
        complaints = [str(text) for texts in form.errors.values() for text in texts]
        raise BadRequest(" ".join(complaints))
