"""The quiet line that says what was deleted, with its Undo, and where it stands in a page."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from django.http import HttpRequest
from django.template.loader import render_to_string

from conversations.access import Person
from conversations.models import Deletion, Message
from conversations.order import scope
from conversations.requests import HtmxRequest, current
from conversations.trash import moving
from streaming.live.sidebar import listing as conversation_list


@dataclass(frozen=True, slots=True)
class Undoable:
    """A deletion as the line tells it: `messages` of a branch, or the whole of `title`."""

    pk: int
    whole: bool
    title: str
    messages: int


def undoable(owner: Person, pk: int) -> Undoable | None:
    """What the line says; None if that is not in the trash, or not this person's."""
    rows = Deletion.objects.filter(moving.in_trash(), owner_id=owner.pk, pk=pk)
    deletion = rows.select_related("conversation").first()
    return _told(deletion) if deletion is not None else None


def in_list(request: HtmxRequest, deletion: Deletion) -> str:
    """Below the list, in a page that shows something else; and the list as it stands."""
    line = _line(request, {"undone": _told(deletion), "place": "list"})
    return line + _list(request, deletion.owner_id) + _new_key(request)


def in_thread(request: HtmxRequest, deletion: Deletion) -> str:
    return _line(request, {"undone": _told(deletion), "place": "thread"})


def list_again(request: HtmxRequest, deletion: Deletion) -> str:
    """The list with what was restored, and no line any more."""
    return _line(request, {"place": "list"}) + _list(request, deletion.owner_id)


def cleared() -> str:
    return render_to_string("trash/_undo.html", {"place": "thread", "oob": "true"})


def refused(sentence: str) -> str:
    context = {"place": "thread", "sentence": sentence, "oob": "true"}
    return render_to_string("trash/_undo.html", context)


def _told(deletion: Deletion) -> Undoable:
    thread = deletion.conversation
    title = thread.title if thread is not None else ""
    messages = 0 if deletion.whole else Message.everything.filter(deletion=deletion).count()
    return Undoable(deletion.pk, deletion.whole, title, messages)


def _line(request: HttpRequest, context: dict[str, object]) -> str:
    return render_to_string("trash/_undo.html", {**context, "oob": "true"}, request)


def _list(request: HtmxRequest, owner_id: int) -> str:
    shown = current(request)
    listed = conversation_list.newest(owner_id, shown, scope=scope.of(request))
    context = {"sidebar": listed, "current": shown, "oob": "innerHTML"}
    return render_to_string("conversations/sidebar/_list.html", context, request)


def _new_key(request: HtmxRequest) -> str:
    """For the next conversation that this page deletes."""
    context = {"key": uuid4(), "oob": "true"}
    return render_to_string("conversations/sidebar/_delete_key.html", context)
