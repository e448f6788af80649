"""Deleting, restoring and the page of the trash. Each act is a form; htmx gets what changed."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from conversations import access
from conversations.access import Person, person
from conversations.models import Conversation, Deletion, Message
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, key_of, row_number, shows
from conversations.sharing import shares
from conversations.trash import copies, listing, purging, temporary
from conversations.trash.moving import InsideOtherTrash, NotRestorable
from streaming.error_messages import replies
from streaming.live.position import Position
from streaming.thread_replies import back, news
from streaming.trash import actions, emptying, undo_line

FROM_LIST, FROM_TRASH = "list", "trash"
"""Where a form stands that restores; others stand in the thread, or above the message box."""


@require_http_methods(["GET", "POST"])
def delete_conversation(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Without script a link leads to a page with the same form."""
    user = person(request)
    if request.method == "GET":
        context = {"conversation": access.conversation(user, pk), "key": uuid4()}
        return render(request, "conversations/delete.html", context)
    conversation = access.through(Conversation.everything.all(), user, "owner_id", pk)
    deletion = actions.delete_conversation(user, key_of(request), conversation)
    if deletion.restored_at is not None:  # the request came again, after its undo
        return _lead(request, reverse("conversations:open", args=[pk]))
    if request.htmx and request.htmx.current_url and not shows(request, pk):
        return HttpResponse(undo_line.in_list(request, deletion))
    return _lead(request, f"{reverse('conversations:new')}?deleted={deletion.pk}")


@require_POST
def delete_message(request: HtmxRequest, pk: int) -> HttpResponse:
    """The message and all that follows it in its branches."""
    user = person(request)
    threads = Message.everything.filter(conversation__trashed_at=None)
    message = access.through(threads, user, "conversation__owner_id", pk)
    shown = Position(message.conversation.leaf_id)
    deletion = actions.delete_branch(user, key_of(request), message)
    conversation = access.conversation(user, message.conversation_id)
    if request.htmx:
        told = news(request, conversation, shown)
        return HttpResponse(told + undo_line.in_thread(request, deletion))
    place = reverse("conversations:open", args=[conversation.pk])
    return SeeOther(f"{place}?deleted={deletion.pk}#latest")


@require_POST
def keep(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """Make a temporary conversation one like any other."""
    user = person(request)
    conversation = access.conversation(user, pk)
    temporary.keep(conversation)
    actions.tell(pk, user.pk)
    if not request.htmx:
        return SeeOther("conversations:open", pk)
    conversation.refresh_from_db()
    context = {"conversation": conversation, "oob": "true"}
    return render(request, "trash/_temporary.html", context)


@require_GET
def trash(request: HtmxRequest) -> HttpResponse:
    user = person(request)
    before = _number(request, "before")
    if request.htmx and before is None:  # how far it is with what is being deleted
        return render(request, "trash/_leaving.html", {"leaving": listing.leaving(user)})
    context = {
        "trash": listing.page(user, before),
        "leaving": listing.leaving(user),
        "restored": _restored(request, user),
        "days": settings.TRASH_DAYS,
        **_copies(),
    }
    return render(request, "trash/trash.html", context)


@require_POST
def restore(request: HtmxRequest, pk: int) -> HttpResponse:
    deletion = _own(request, pk)
    try:
        actions.restore(deletion)
    except InsideOtherTrash:
        return _not_restored(request, replies.WAITS_FOR_OTHER)
    except NotRestorable:
        return _not_restored(request, replies.GOING_FOR_GOOD)
    asked_from = request.POST.get("from", "")
    if asked_from == FROM_TRASH:
        return SeeOther(f"{reverse('trash:list')}?restored={deletion.pk}")
    thread = deletion.conversation
    assert thread is not None
    thread.refresh_from_db()
    if request.htmx and asked_from == FROM_LIST:
        return HttpResponse(undo_line.list_again(request, deletion))
    if request.htmx and shows(request, thread.pk):
        return HttpResponse(news(request, thread) + undo_line.cleared())
    if request.htmx:
        return _lead(request, reverse("conversations:open", args=[thread.pk]))
    return back(thread.pk, deletion.message_id)


@require_http_methods(["GET", "POST"])
def delete_for_good(request: HtmxRequest, pk: int) -> HttpResponse:
    """Asks, and says what goes; then what goes cannot come back, and goes at once."""
    deletion = _own(request, pk)
    if request.method == "POST":
        purging.doom(deletion)
        return _empty(person(request))
    if deletion.doomed_at or deletion.restored_at:
        return SeeOther("trash:list")
    entry = listing.entry(deletion)
    context = {
        "entry": entry,
        "extent": listing.extent(deletion),
        "links": shares.going_with(Message.everything.filter(purging.messages_of(deletion))),
        **_copies(),
    }
    return render(request, "trash/delete_for_good.html", context)


@require_http_methods(["GET", "POST"])
def empty(request: HtmxRequest) -> HttpResponse:
    """Asks, and says what goes; what is deleted after the question stays in the trash."""
    user = person(request)
    if request.method == "POST":
        purging.doom_all(user, _number(request, "up_to") or 0)
        return _empty(user)
    page = listing.page(user)
    if not page.entries:
        return SeeOther("trash:list")
    total = listing.total(user, page.newest)
    lies_there = Q(conversation__trashed_at__isnull=False) | Q(deletion__isnull=False)
    own = Message.everything.filter(lies_there, conversation__owner=user)
    context = {
        "trash": page,
        "total": total,
        "links": shares.going_with(own),
        "copies": copies.since(total.extent.first) if total.extent.first else (),
        **_copies(),
    }
    return render(request, "trash/empty.html", context)


def _empty(user: Person) -> HttpResponse:
    emptying.empty_soon(user, settings.EMPTY_REPLY_SECONDS)
    return SeeOther("trash:list")


def _copies() -> dict[str, object]:
    """Which copies of the database the pages tell of, and when one of the site's goes."""
    is_sqlite = connection.vendor == "sqlite"
    return {
        "is_sqlite": is_sqlite,
        "copies_kept": settings.COPIES_BEFORE_MIGRATIONS,
        "nights": settings.BACKUP_KEEP if is_sqlite and settings.BACKUP_DIR else 0,
    }


def _own(request: HttpRequest, pk: int) -> Deletion:
    rows = Deletion.objects.select_related("conversation", "message__parent")
    return access.through(rows, person(request), "owner_id", pk)


def _number(request: HttpRequest, name: str) -> int | None:
    said = (request.POST if request.method == "POST" else request.GET).get(name)
    if said is None:
        return None
    number = row_number(said)
    if number is None:
        raise Http404
    return number


def _restored(request: HttpRequest, user: Person) -> Deletion | None:
    """What was restored just now, to be told on the page."""
    number = _number(request, "restored")
    rows = Deletion.objects.filter(owner_id=user.pk, restored_at__isnull=False)
    return rows.select_related("conversation").filter(pk=number).first() if number else None


def _not_restored(request: HtmxRequest, sentence: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(undo_line.refused(sentence), status=409)
    context = {"sentence": sentence}
    return render(request, "trash/not_restored.html", context, status=409)


def _lead(request: HtmxRequest, place: str) -> HttpResponse:
    return HttpResponseClientRedirect(place) if request.htmx else SeeOther(place)
