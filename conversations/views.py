"""Pages of conversations: a new one, one that is open, renaming, deleting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from conversations import owned
from conversations.forms import TitleForm
from conversations.models import Conversation
from conversations.owned import Person, person
from conversations.replies import SeeOther
from conversations.sidebar import sidebar


def page(user: Person, conversation: Conversation | None) -> dict[str, Any]:
    """What `conversations/conversation.html` shows."""
    thread = conversation.thread() if conversation else []
    return {"conversation": conversation, "thread": thread, "sidebar": sidebar(user)}


@require_GET
def new(request: HttpRequest) -> HttpResponse:
    return render(request, "conversations/conversation.html", page(person(request), None))


@require_GET
def open_(request: HttpRequest, pk: UUID) -> HttpResponse:
    conversation = owned.conversation(person(request), pk)
    return render(request, "conversations/conversation.html", page(person(request), conversation))


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, pk: UUID) -> HttpResponse:
    conversation = owned.conversation(person(request), pk)
    form = TitleForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 400
        context = {"conversation": conversation, "form": form}
        return render(request, "conversations/rename.html", context, status=status)
    conversation.title = form.cleaned_data["title"]
    conversation.save(update_fields=["title"])
    if request.headers.get("HX-Request"):
        return HttpResponse(_renamed(request, conversation))
    return SeeOther("conversations:open", conversation.pk)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    conversation = owned.conversation(person(request), pk)
    if request.method == "GET":
        return render(request, "conversations/delete.html", {"conversation": conversation})
    conversation.delete()
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect("/")
    return SeeOther("conversations:new")


def _renamed(request: HttpRequest, conversation: Conversation) -> str:
    """The places that show the title, in the page that asked."""
    context = {"conversation": conversation, "oob": "true"}
    places = ["_row"]
    if str(conversation.pk) in request.headers.get("HX-Current-URL", ""):
        context["current"] = conversation
        places.append("_heading")
    return "".join(
        render_to_string(f"conversations/{place}.html", context, request) for place in places
    )
