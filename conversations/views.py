"""Pages of conversations: a new one, one that is open, renaming."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_GET, require_http_methods

from conversations import access, branches
from conversations.access import person
from conversations.branches import Stretch
from conversations.forms import TitleForm
from conversations.models import Conversation
from conversations.paging import BadPlace, Place
from conversations.redirects import SeeOther
from conversations.requests import SWITCHES, HtmxRequest, prefetches, row_number
from conversations.search import within

FILES = "pages/chat.css", "pages/first.js", "pages/chat.js"
"""A page that was loaded with others cannot take over a part of this version."""


def page(conversation: Conversation | None) -> dict[str, Any]:
    """What `conversations/conversation.html` shows.

    Its messages are read when the template comes to them: after what it says of its position.
    """
    read = partial(branches.newest, conversation) if conversation else Stretch
    return {"conversation": conversation, "stretch": SimpleLazyObject(read)}


def shown(request: HtmxRequest, context: Mapping[str, Any]) -> HttpResponse:
    """The page; where it takes the place of another one, its title and its main part alone.

    A page that cannot show another conversation itself has the browser ask for that at the press.
    """
    template = "conversations/conversation.html"
    if SWITCHES in request.headers:
        reply = render(request, template, {**context, "layout": "layouts/switch.html"})
        reply.headers["Chat-Files"] = " ".join(map(static, FILES))
        return reply
    reply = render(request, template, context)
    if context.get("past") or "list_before" in context:
        prefetches(reply)
    return reply


@require_GET
def new(request: HtmxRequest) -> HttpResponse:
    """An empty conversation. With `before` its list starts there; htmx gets only those rows."""
    if "before" not in request.GET:
        return shown(request, page(None))
    try:
        before = Place.read(request.GET["before"])
    except BadPlace:
        raise Http404 from None
    if request.htmx:
        return render(request, "conversations/sidebar/earlier.html", {"list_before": before})
    context = page(None) | {"list_before": before}
    return shown(request, context)


@require_GET
def open_(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """The newest messages, or those before one: as a page, or for htmx the messages alone.

    With `whole` all of them, to be printed. With `from` they start with that message, or as near
    to it as the limit of one reply allows. With `q` the message is in view that holds these words,
    with `branch` the messages are those of another branch, and with `quote` one is in the box.
    """
    conversation = access.conversation(person(request), pk)
    if "q" in request.GET and not request.htmx:
        return _found(request, conversation)
    if "branch" in request.GET:
        return _branch(request, conversation)
    if not request.GET.keys() & {"before", "whole"}:
        return shown(request, page(conversation) | _quoted(conversation, request.GET.dict()))
    stretch = _asked_for(conversation, request.GET.dict())
    context = {"conversation": conversation, "stretch": stretch}
    if request.htmx:
        return render(request, "conversations/thread/stretch.html", context)
    context["past"] = True
    return shown(request, context)


def _branch(request: HtmxRequest, conversation: Conversation) -> HttpResponse:
    """The page of another branch, which offers to show that one from now on; 404 if there is none.

    To look at it changes nothing: that is what forms are for.
    """
    message = conversation.messages.filter(pk=_number(request.GET["branch"])).first()
    if message is None:
        raise Http404
    end = branches.end_below(message.pk)
    if end == conversation.leaf_id:
        return SeeOther("conversations:open", conversation.pk)
    context = {
        "conversation": conversation,
        "stretch": branches.ending_with(conversation, end),
        "past": True,
        "branch": message.pk,
        "key": uuid4(),
    }
    return shown(request, context)


def _quoted(conversation: Conversation, asked: Mapping[str, str]) -> dict[str, str]:
    """What stands in the message box of a page that quotes a message; 404 if there is none."""
    if "quote" not in asked:
        return {}
    message = conversation.messages.filter(pk=_number(asked["quote"])).first()
    if message is None:
        raise Http404
    return {"quoted": "".join(f"> {line}\n" for line in message.text.splitlines()) + "\n"}


def _found(request: HtmxRequest, conversation: Conversation) -> HttpResponse:
    found = within.find(person(request).pk, conversation, request.GET.dict())
    context = {
        "conversation": conversation,
        "stretch": found.landing.stretch,
        "past": not found.landing.latest,
        "found": found,
        "key": uuid4(),
    }
    return shown(request, context)


@require_http_methods(["GET", "POST"])
def rename(request: HtmxRequest, pk: UUID) -> HttpResponse:
    conversation = access.conversation(person(request), pk)
    form = TitleForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 400
        context = {"conversation": conversation, "form": form}
        return render(request, "conversations/rename.html", context, status=status)
    _name(conversation, form.cleaned_data["title"])
    if request.htmx:
        shown = str(conversation.pk) in (request.htmx.current_url or "")
        context = {"conversation": conversation, "current": conversation.pk if shown else None}
        return render(request, "conversations/sidebar/renamed.html", context)
    return SeeOther("conversations:open", conversation.pk)


def _name(conversation: Conversation, title: str) -> None:
    """As a person wishes; the same title again changes nothing."""
    if conversation.named_at is None or conversation.title != title:
        conversation.title, conversation.named_at = title, timezone.now()
        access.save(conversation, "title", "named_at")


def _asked_for(conversation: Conversation, asked: Mapping[str, str]) -> Stretch:
    """The messages before one, from one on, or all; raises Http404 if there are none."""
    leaf = conversation.leaf_id
    if "before" in asked:
        leaf = _parent(conversation, asked["before"])
    if "whole" in asked:
        return branches.whole(conversation, leaf)
    if "from" in asked:
        return branches.reaching(conversation, leaf, _number(asked["from"]))
    return branches.ending_with(conversation, leaf)


def _parent(conversation: Conversation, name: str) -> int:
    """The parent of the message with that number; raises Http404 if there is none."""
    message = conversation.messages.filter(pk=_number(name)).first()
    if message is None or message.parent_id is None:
        raise Http404
    return message.parent_id


def _number(name: str) -> int:
    """The number of a message in an address; raises Http404 if it is none."""
    number = row_number(name)
    if number is None:
        raise Http404
    return number
