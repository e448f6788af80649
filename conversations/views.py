"""Pages of conversations: a new one, one that is open, renaming, deleting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from conversations import access, branches
from conversations.access import Person, person
from conversations.branches import Stretch
from conversations.forms import TitleForm
from conversations.models import Conversation
from conversations.paging import BadPlace, Place
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest
from conversations.sidebar import Listed, earlier, sidebar

LONGEST_NUMBER = 18


def page(
    user: Person, conversation: Conversation | None, listed: Listed | None = None
) -> dict[str, Any]:
    """What `conversations/conversation.html` shows, beside the newest of the list if not others."""
    stretch = branches.newest(conversation) if conversation else Stretch()
    listed = listed or sidebar(user, conversation)
    return {"conversation": conversation, "stretch": stretch, "sidebar": listed}


@require_GET
def new(request: HtmxRequest) -> HttpResponse:
    """An empty conversation; with `before` its list, or for htmx just the rows, goes on there."""
    user = person(request)
    if "before" not in request.GET:
        return render(request, "conversations/conversation.html", page(user, None))
    try:
        listed = earlier(user, Place.read(request.GET["before"]))
    except BadPlace:
        raise Http404 from None
    if request.htmx:
        context = {"sidebar": listed, "continues": listed.continues}
        return render(request, "conversations/sidebar/rows.html", context)
    context = page(user, None, listed) | {"older": True}
    return render(request, "conversations/conversation.html", context)


@require_GET
def open_(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """The newest messages, or those before one: a page of their own, or for htmx just them.

    With `whole` all of them, to be printed. With `from` they begin with that message, or as near
    to it as one reply may lead.
    """
    conversation = access.conversation(person(request), pk)
    if not request.GET.keys() & {"before", "whole"}:
        context = page(person(request), conversation)
        return render(request, "conversations/conversation.html", context)
    stretch = _asked_for(conversation, request.GET.dict())
    context = {"conversation": conversation, "stretch": stretch}
    if request.htmx:
        return render(request, "conversations/thread/messages.html", context)
    context |= {"sidebar": sidebar(person(request), conversation), "past": True}
    return render(request, "conversations/conversation.html", context)


@require_http_methods(["GET", "POST"])
def rename(request: HtmxRequest, pk: UUID) -> HttpResponse:
    conversation = access.conversation(person(request), pk)
    form = TitleForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 400
        context = {"conversation": conversation, "form": form}
        return render(request, "conversations/rename.html", context, status=status)
    conversation.title = form.cleaned_data["title"]
    conversation.save(update_fields=["title"])
    if request.htmx:
        return HttpResponse(_renamed(request, conversation))
    return SeeOther("conversations:open", conversation.pk)


@require_http_methods(["GET", "POST"])
def delete(request: HtmxRequest, pk: UUID) -> HttpResponse:
    conversation = access.conversation(person(request), pk)
    if request.method == "GET":
        return render(request, "conversations/delete.html", {"conversation": conversation})
    conversation.delete()
    if request.htmx:
        return HttpResponseClientRedirect("/")
    return SeeOther("conversations:new")


def _renamed(request: HtmxRequest, conversation: Conversation) -> str:
    """The places that show the title, in the page that asked."""
    context = {"conversation": conversation, "oob": "true"}
    places = ["sidebar/_row"]
    if str(conversation.pk) in (request.htmx.current_url or ""):
        context["current"] = conversation
        places.append("thread/_heading")
    return "".join(
        render_to_string(f"conversations/{place}.html", context, request) for place in places
    )


def _asked_for(conversation: Conversation, asked: Mapping[str, str]) -> Stretch:
    """The messages before one, from one on, or all; raises Http404 where nothing is named."""
    leaf = conversation.leaf_id
    if "before" in asked:
        leaf = _parent(conversation, asked["before"])
    if "whole" in asked:
        return branches.whole(conversation, leaf)
    if "from" in asked:
        return branches.reaching(conversation, leaf, _number(asked["from"]))
    return branches.ending_with(conversation, leaf)


def _parent(conversation: Conversation, name: str) -> int:
    """What comes before the message of that number; raises Http404 where nothing does."""
    message = conversation.messages.filter(pk=_number(name)).first()
    if message is None or message.parent_id is None:
        raise Http404
    return message.parent_id


def _number(name: str) -> int:
    """The number of a message as an address names it; raises Http404."""
    if not name.isdecimal() or len(name) > LONGEST_NUMBER:
        raise Http404
    return int(name)
