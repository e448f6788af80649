"""Replies to what a person does in a thread: what the page that asked lacks, or what is in the way.

Without script a page, or the way back to it; with htmx only what changed, swapped out of band.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from conversations import access
from conversations.access import person
from conversations.models import Conversation
from conversations.order import scope
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from conversations.sidebar import rises
from conversations.views import page
from streaming.live import fragments
from streaming.live.position import Position
from streaming.live.sidebar import listing
from streaming.live.thread import catch_up, whereabouts
from streaming.live.thread.whereabouts import Running
from streaming.models import Generation
from streaming.runs.refusals import Refused


def position_of(request: HttpRequest) -> Position | None:
    """Where the page that asks says that it stands."""
    said = request.headers.get("Chat-Position")
    return None if said is None else Position.read(QueryDict(said).dict())


def news(
    request: HttpRequest, conversation: Conversation, otherwise: Position | None = None
) -> str:
    """All that the page which asks lacks; one that does not say where it stands is `otherwise`."""
    position = position_of(request) or otherwise
    conversation.refresh_from_db()
    lacking: Sequence[str] = ()
    if position is not None:
        lacking = catch_up.lead_on(conversation, position)
    return "".join(lacking) + fragments.around(conversation)


def begun(request: HtmxRequest, generation: Generation) -> HttpResponse:
    """A new conversation, in the page that asked for it if that can show it, else in its own."""
    conversation = generation.conversation
    address = reverse("conversations:open", args=[conversation.pk]) + scope.of(request).suffix
    is_here = request.headers.get("Chat-Begins") == "here"
    if not is_here or generation.status != Generation.Status.RUNNING:
        return HttpResponseClientRedirect(address)
    parts = {"conversation": conversation}
    reply = HttpResponse(
        render_to_string("conversations/thread/begun.html", parts, request)
        + fragments.thread(*catch_up.just_made(generation))
        + fragments.controls(Running(generation.pk, generation.stop_requested_at))
        + _list(request, conversation)
    )
    if conversation.temporary_until:  # an empty page is of none that is
        reply.write(fragments.edits(whereabouts.edits(conversation), ()))
    page = {
        "conversation": str(conversation.pk),
        "socket": f"/ws/c/{conversation.pk}/",
        "standing": reverse("streaming:standing", args=[conversation.pk]),
        "seen": str(conversation.seen),
        "seenAt": reverse("streaming:seen", args=[conversation.pk]),
    }
    return trigger_client_event(reply, "conversation-begun", {"address": address, "page": page})


def with_news(
    reply: HttpResponse, request: HttpRequest, conversation: Conversation | None
) -> HttpResponse:
    """A refusal tells the page also how things stand, for it may have thought otherwise."""
    if conversation is not None and position_of(request) is not None:
        reply.write(news(request, conversation))
    return reply


def risen_list(request: HttpRequest, before: Conversation) -> str:
    """The sidebar's rows, if what was said since `before` was read has changed their order."""
    return _list(request, before) if rises(before) else ""


def _list(request: HttpRequest, shown: Conversation) -> str:
    context = {
        "sidebar": listing.newest(shown.owner_id, shown.pk, scope=scope.of(request)),
        "current": shown.pk,
        "oob": "innerHTML",
    }
    return render_to_string("conversations/sidebar/_list.html", context, request)


def changed(
    request: HtmxRequest, before: Conversation, leaf_id: int | None, message_id: int | None = None
) -> HttpResponse:
    """The thread as it stands now, for a page that showed it down to `leaf_id` before.

    Without script it leads to `message_id`, or to the end.
    """
    conversation = access.conversation(person(request), before.pk)
    if not request.htmx:
        return back(conversation.pk, message_id or conversation.leaf_id)
    told = news(request, conversation, Position(leaf_id))
    return HttpResponse(told + risen_list(request, before))


def refused(
    request: HtmxRequest,
    conversation: Conversation,
    sentence: str,
    status: int,
    *,
    needs_room: bool = False,
    message_id: int | None = None,
) -> HttpResponse:
    room = room_for(request, conversation, message_id) if needs_room else ""
    if request.htmx:
        return HttpResponse(notice(sentence, room=room), status=status)
    context = {**page(conversation), "notice": {**_red(sentence), "room": room}}
    return render(request, "conversations/conversation.html", context, status=status)


def wait(reply: HttpResponse, trouble: Refused) -> HttpResponse:
    if trouble.wait is not None:
        reply["Retry-After"] = str(trouble.wait)
    return reply


def room_for(
    request: HttpRequest, conversation: Conversation, message_id: int | None = None
) -> str:
    """Where it is chosen what is left out, for the model that was asked for.

    In the branch down to that message, or in the one that is shown.
    """
    model = request.POST.get("model") or f"{conversation.provider}/{conversation.model}"
    address = reverse("context:room", args=[conversation.pk])
    named = {"model": model} | ({"message": message_id} if message_id else {})
    return f"{address}?{urlencode(named)}"


def notice(sentence: str, *, passing: bool = False, room: str = "") -> str:
    tone = {"text": sentence, "passing": True} if passing else {**_red(sentence), "room": room}
    return render_to_string("streaming/composer/_notice.html", {"notice": tone})


def _red(sentence: str) -> dict[str, str]:
    return {"text": sentence, "tone": "red"}


def back(conversation_id: UUID, message_id: int | None) -> HttpResponse:
    anchor = f"#message-{message_id}" if message_id else ""
    return SeeOther(reverse("conversations:open", args=[conversation_id]) + anchor)


def back_to_line(conversation_id: UUID) -> HttpResponse:
    """To the prompts in line."""
    return SeeOther(reverse("conversations:open", args=[conversation_id]) + "#queue")
