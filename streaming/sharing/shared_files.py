"""The files of a share: found through its link alone, and only if they were chosen for it."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from conversations.files import views
from conversations.files.models import File
from conversations.sharing import shares, snapshot
from streaming.sharing.page import HEADERS


@login_not_required
@require_safe
def show(request: HttpRequest, token: str, pk: UUID) -> HttpResponseBase:
    return _as_shared(views.served(_file(token, pk)))


@login_not_required
@require_safe
def thumbnail(request: HttpRequest, token: str, pk: UUID) -> HttpResponseBase:
    return _as_shared(views.small(_file(token, pk)))


def _file(token: str, pk: UUID) -> File:
    share = shares.find(token)
    chosen = {file.pk for each in snapshot.read(share.snapshot) for file in each.files}
    rows = File.objects.filter(owner_id=share.owner_id, doomed_at=None)
    if str(pk) in chosen and (found := rows.filter(pk=pk).first()):
        return found
    raise Http404


def _as_shared(reply: HttpResponseBase) -> HttpResponseBase:
    """Asked for at each read: a share that was revoked is gone at once."""
    for name, value in {**HEADERS, "Cache-Control": "no-store"}.items():
        reply.headers[name] = value
    return reply
