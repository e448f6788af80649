"""What goes out: everything or a selection as a zip, and a conversation as a file of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from conversations import access
from conversations.access import Person, person
from conversations.languages.texts import speaking
from conversations.order import forms
from conversations.order.forms import BadChange
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, key_of
from conversations.roles.doors import open_to_readers
from conversations.sign_in.dangerous import asks_again
from conversations.transfer.models import Transfer
from streaming.db_threads import in_thread
from streaming.transfer import files, sentences, transfers
from streaming.transfer.outgoing import conversations, downloads, pages, whole
from streaming.transfer.transfers import Kind, Status, TooMany

TYPES = {
    "json": "application/json; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def _is_of_all(request: HttpRequest) -> bool:
    """Whether the form names no conversation, which means all of them."""
    try:
        return not forms.selected(request.POST)
    except BadChange:
        return False


@asks_again("GET")
@require_GET
def everything(request: HttpRequest) -> HttpResponseBase:
    """At once, as it is written. Asked for the rest of it, the rest."""
    user = person(request)
    headers = {"Content-Disposition": content_disposition_header(True, _name(user)) or ""}
    if whole.is_busy(user):
        return HttpResponse(f"{sentences.too_many()}\n", "text/plain; charset=utf-8", 429)
    if (first := downloads.first_asked(request)) is not None:
        path = whole.asked_on(user, first)
        if path is not None:
            return downloads.of_file(request, path, headers)
    try:
        files.refuse_without_room(0)
    except files.NoRoom:
        return HttpResponse(f"{sentences.NO_ROOM}\n", "text/plain; charset=utf-8", 507)
    return StreamingHttpResponse(
        whole.written(user), content_type="application/zip", headers=headers
    )


@asks_again("POST", when=_is_of_all)
@open_to_readers
@require_POST
def make(request: HtmxRequest) -> HttpResponse:
    """A file that can be followed on a page: of the conversations that are named, or everything."""
    try:
        named = forms.selected(request.POST)
        row = _begin(request, [str(pk) for pk in named] or None)
    except (BadChange, TooMany) as refusal:
        sentence = str(refusal) or sentences.too_many()
        name = "conversations/order/_done.html" if request.htmx else "transfer/index.html"
        context = {"transfers": (), "complaint": sentence, "sentence": sentence}
        return render(request, name, context, status=429)
    if request.htmx:
        there = reverse("transfer:show", args=[row.pk])
        return HttpResponse(status=204, headers={"HX-Redirect": there})
    return SeeOther("transfer:show", row.pk)


@require_GET
def files_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asks as what a conversation shall go out."""
    row = access.conversation(person(request), pk)
    return render(request, "transfer/files.html", {"conversation": row})


@require_GET
def file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    row = access.through(Transfer.objects.filter(kind=Kind.EXPORT), person(request), "owner_id", pk)
    if row.status == Status.FAILED:
        raise Http404
    return downloads.download(request, row)


@require_GET
def conversation(request: HttpRequest, pk: UUID, kind: str) -> HttpResponseBase:
    """One conversation: its archive, or the branch on its page to be read."""
    row = access.conversation(person(request), pk)
    if kind not in TYPES:
        raise Http404
    name = slugify(row.title)[:60] or "conversation"
    headers = {"Content-Disposition": content_disposition_header(True, f"{name}.{kind}") or ""}
    written = {"json": conversations.written, "md": pages.markdown, "html": pages.html}[kind]
    with_language = speaking(get_language() or "en", next)
    return StreamingHttpResponse(
        _off_the_loop(written(row), with_language), content_type=TYPES[kind], headers=headers
    )


async def _off_the_loop(
    pieces: Iterator[str], step: Callable[..., str | None]
) -> AsyncIterator[str]:
    while (piece := await in_thread(step)(pieces, None)) is not None:
        yield piece


def _begin(request: HttpRequest, named: list[str] | None) -> Transfer:
    user = person(request)
    options = {"conversations": named} if named else {}
    return transfers.begin(
        user, key_of(request), Kind.EXPORT, Status.WAITING, name=_name(user), options=options
    )


def _name(user: Person) -> str:
    return f"chatsite-{slugify(user.get_username()) or 'me'}-{timezone.localdate():%Y-%m-%d}.zip"
