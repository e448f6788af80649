"""Files one by one: they come in parts, are shown to their owner, and drafts are given up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import unquote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from conversations import access
from conversations.access import person
from conversations.files import coming, drafts, sentences, sweeping
from conversations.files.models import Attachment, File
from conversations.files.reading import Refused
from conversations.requests import row_number

PIECE = 256 * 1024
HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""A browser that opens the file all the same gives it no rights."""


def visible() -> QuerySet[File]:
    """Drafts, files of projects, and those of messages that their owner can see."""
    shown = Attachment.objects.filter(
        file=OuterRef("pk"), message__deletion=None, message__conversation__trashed_at=None
    )
    here = Q(is_draft=True) | Q(project__isnull=False) | Q(Exists(shown))
    return File.objects.filter(here, doomed_at=None)


@require_GET
def show(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file, to be saved."""
    file = access.through(visible(), person(request), "owner_id", pk)
    return served(file)


@require_GET
def thumbnail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A small picture of it, to be looked at: it was drawn anew here."""
    file = access.through(visible(), person(request), "owner_id", pk)
    return small(file)


def served(file: File) -> HttpResponseBase:
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
        **HARMLESS,
    }
    try:
        headers["Content-Length"] = str(file.content.size)
    except OSError:
        raise Http404 from None
    return StreamingHttpResponse(_pieces(file), content_type=file.media_type, headers=headers)


def small(file: File) -> HttpResponse:
    if not file.thumbnail.name:
        raise Http404
    try:
        with file.thumbnail.open("rb") as source:
            data = source.read()
    except OSError:
        raise Http404 from None
    headers = {**HARMLESS, "Content-Disposition": "inline"}
    return HttpResponse(data, "image/webp", headers=headers)


async def _pieces(file: File) -> AsyncIterator[bytes]:
    source = await sync_to_async(file.content.open, thread_sensitive=False)("rb")
    read = sync_to_async(source.read, thread_sensitive=False)
    try:
        while piece := await read(PIECE):
            yield piece
    finally:
        await sync_to_async(source.close, thread_sensitive=False)()


@require_POST
def part(request: HttpRequest, key: UUID) -> JsonResponse:
    """The bytes from `at` on, of a file of `size` bytes; the reply says from where the next ones
    are wanted. Once the file was read, or refused, it has the row of the message box for it.
    """
    owner_id = person(request).pk
    name = unquote(request.headers.get("Chat-File-Name", ""))[:1000]
    size, at = (row_number(request.GET.get(name, "")) for name in ("size", "at"))
    if file := drafts.find(owner_id, drafts.uploaded(owner_id, key)):
        return _taken(request, file)
    try:
        if size is None or at is None or len(request.body) > settings.FILE_PART_BYTES:
            raise Refused(str(sentences.NO_FILE))
        if size > settings.FILE_BYTES:
            raise Refused(sentences.too_large(settings.FILE_BYTES))
        if not size:
            raise Refused(str(sentences.EMPTY))
        done = coming.take(owner_id, key, at, request.body[: max(0, size - at)])
        if done < size:
            return JsonResponse({"done": done})
        return _taken(request, drafts.finish(owner_id, key, name))
    except Refused as trouble:
        coming.drop(owner_id, key)
        context = {"key": key, "name": name, "sentence": trouble.sentence}
        chip = render_to_string("files/_chip.html", context, request)
        return JsonResponse({"done": size, "html": chip})


@require_GET
def kept(request: HttpRequest) -> HttpResponse:
    """The rows of the message box for those of these files that were not sent yet."""
    files = drafts.unsent(person(request).pk, request.GET.getlist("file"))
    return render(request, "files/_chips.html", {"files": files})


@require_POST
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A draft was removed before it was sent."""
    access.through(File.objects.all(), person(request), "owner_id", pk)
    sweeping.discard(person(request).pk, pk)
    return HttpResponse()


def _taken(request: HttpRequest, file: File) -> JsonResponse:
    chip = render_to_string("files/_chip.html", {"file": file}, request)
    return JsonResponse({"done": file.size, "html": chip})
