"""The page of imports and exports, files that come in, and the report of each.

With script a file comes in parts, so that it may be of any size and its coming can be seen; without
it as one form, which takes no more than other forms do.
"""

from __future__ import annotations

import os
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from conversations import access
from conversations.access import person
from conversations.redirects import SeeOther
from conversations.requests import HtmxRequest, key_of, row_number
from conversations.transfer.models import Transfer
from streaming.transfer import files, sentences, transfers
from streaming.transfer.incoming import report
from streaming.transfer.transfers import Kind, Status, TooMany

LONGEST_NAME = 255


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """A file that is posted here comes whole."""
    if request.method == "GET":
        return _page(request)
    file = request.FILES.get("file")
    if file is None or not file.size:
        return _page(request, str(sentences.NO_FILE))
    try:
        row = _begin(request, file.name or "", file.size)
    except _Refused as refusal:
        return _page(request, refusal.sentence, refusal.status)
    if row.status != Status.RECEIVING:
        return SeeOther("transfer:show", row.pk)
    with files.make(row.pk) as target:
        for chunk in file.chunks():
            target.write(chunk)
    _complete(row)
    return SeeOther("transfer:show", row.pk)


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A file of `size` bytes that comes in parts: where to, and how large each may be."""
    size = row_number(request.POST.get("size", ""))
    if not size:
        return JsonResponse({"error": str(sentences.NO_FILE)}, status=400)
    try:
        row = _begin(request, request.POST.get("name", ""), size)
    except _Refused as refusal:
        return JsonResponse({"error": refusal.sentence}, status=refusal.status)
    if row.status == Status.RECEIVING and not files.part(row.pk).exists():
        files.make(row.pk).close()
    return JsonResponse({"id": str(row.pk), "part": settings.IMPORT_PART_BYTES})


@require_POST
def part(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bytes from `at` on; the reply says from where the next ones are wanted."""
    row = _own(request, pk)
    at = request.GET.get("at", "")
    if row.kind != Kind.IMPORT or row.status != Status.RECEIVING:
        return JsonResponse({"done": row.size, "complete": True})
    if len(request.body) > settings.IMPORT_PART_BYTES:
        return JsonResponse({"error": str(sentences.NO_FILE)}, status=413)
    try:
        part = files.part(pk).open("r+b")
    except FileNotFoundError:  # it came to another machine of the site
        return JsonResponse({"error": str(sentences.ELSEWHERE)}, status=409)
    with part as file:
        come = os.fstat(file.fileno()).st_size
        if at == str(come):
            file.seek(come)
            come += file.write(request.body[: row.size - come])
    if come < row.size:
        return JsonResponse({"done": come, "complete": False})
    _complete(row)
    return JsonResponse({"done": come, "complete": True})


@require_GET
def show(request: HtmxRequest, pk: UUID) -> HttpResponse:
    """One import or export: how far it is, then its report or its file."""
    row = _own(request, pk)
    context = {"transfer": row, "report": report.of(row)}
    if request.htmx:
        return render(request, "transfer/_transfer.html", context)
    return render(request, "transfer/show.html", context)


class _Refused(Exception):
    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.sentence, self.status = sentence, status


def _begin(request: HttpRequest, name: str, size: int) -> Transfer:
    if size > settings.IMPORT_BYTES:
        raise _Refused(sentences.too_large(), 413)
    try:
        files.refuse_without_room(2 * size)
        return transfers.begin(
            person(request),
            key_of(request),
            Kind.IMPORT,
            Status.RECEIVING,
            name=name[:LONGEST_NAME],
            size=size,
        )
    except files.NoRoom:
        raise _Refused(str(sentences.NO_ROOM), 507) from None
    except TooMany:
        raise _Refused(sentences.too_many(), 429) from None


def _complete(row: Transfer) -> None:
    files.finish(row.pk)
    Transfer.objects.filter(pk=row.pk, status=Status.RECEIVING).update(status=Status.WAITING)


def _own(request: HttpRequest, pk: UUID) -> Transfer:
    return access.through(Transfer.objects.all(), person(request), "owner_id", pk)


def _page(request: HttpRequest, complaint: str = "", status: int = 200) -> HttpResponse:
    own = Transfer.objects.filter(owner=person(request))
    context = {
        "transfers": own[: settings.TRANSFERS_KEPT],
        "complaint": complaint,
        "hours": settings.TRANSFER_HOURS,
        "most_without_script": settings.REQUEST_BYTES,
    }
    return render(request, "transfer/index.html", context, status=status)
