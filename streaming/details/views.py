"""How an answer came about: its details, what its provider sent, and whether that is recorded."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from conversations import access
from conversations.access import person
from conversations.models import Message
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from streaming.details import facts
from streaming.error_messages import replies
from streaming.journal import usage as used
from streaming.models import Generation, Recording


@require_GET
def show(request: HtmxRequest, pk: int) -> HttpResponse:
    """Every generation of an answer: a page, or for htmx what the page holds."""
    message = access.message(person(request), pk)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    generations = Generation.objects.filter(message=message).select_related("recording")
    found = list(generations.defer(None).defer("opaque", "recording__data"))
    context = {"message": message, "details": facts.of(found), "usage": used.of(found)}
    template = "_details" if request.htmx else "details"
    return render(request, f"streaming/details/{template}.html", context)


@require_GET
def recording(request: HttpRequest, pk: int) -> HttpResponse:
    """What upstream sent, as a file that `parse_stream` reads."""
    generation = access.through(
        Generation.objects.visible(), person(request), "conversation__owner_id", pk
    )
    found = Recording.objects.filter(generation=generation).first()
    if found is None:
        raise Http404
    reply = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    name = f"generation-{generation.pk}.{found.format}.txt"
    reply.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return reply


@require_POST
def record(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Turn the recording of a conversation on or off."""
    conversation = access.conversation(person(request), pk)
    conversation.record_upstream = request.POST.get("record") == "on"
    access.save(conversation, "record_upstream")
    if not request.htmx:
        return SeeOther("conversations:open", conversation.pk)
    said = {"text": replies.RECORDED if conversation.record_upstream else replies.NOT_RECORDED}
    heading = {"conversation": conversation, "oob": "true"}
    return HttpResponse(
        render_to_string("conversations/thread/_heading.html", heading, request)
        + render_to_string("streaming/composer/_notice.html", {"notice": said})
    )
