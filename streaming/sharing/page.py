"""What the link of a share leads to: a page for anybody, without a script.

A browser keeps the page and asks at each read whether it still holds: a share that was revoked is
gone at once. The page is known by all that it is made of, so that is told without making it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.cache import get_conditional_response
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from conversations.answers.parts import TEXT
from conversations.models import Message
from conversations.preferences import choices
from conversations.sharing import shares, snapshot
from conversations.sharing.models import Share
from conversations.sharing.snapshot import SharedFile, SharedMessage, SharedPiece
from streaming.journal.tool_calls import SENTENCES, SHOWN_AS
from streaming.live.answers.rendered_texts import RenderedTexts

HEADERS = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}

rendered = RenderedTexts(settings.SHARES_RENDERED_BYTES)
"""Apart from what people's own pages show: whoever reads here drops nothing of that."""


class ShownPiece(NamedTuple):
    """`html` is a text; `sentence` says what became of a call, `shown_as` in one word."""

    piece: SharedPiece
    html: SafeString
    sentence: str
    shown_as: str

    @property
    def files(self) -> list[SharedFile]:
        return [self.piece.file] if self.piece.file else []


class ShownMessage(NamedTuple):
    """An answer has pieces; a prompt is shown as it was typed. `files` have no other place."""

    message: SharedMessage
    files: Sequence[SharedFile]
    pieces: Sequence[ShownPiece] = ()


@login_not_required
@require_safe
def read(request: HttpRequest, token: str) -> HttpResponse:
    share = shares.find(token)
    etag = _etag(request, share)
    unchanged = get_conditional_response(request, etag=etag)
    reply = _page(request, share) if unchanged is None else unchanged
    is_anybody = not request.user.is_authenticated
    who = "" if is_anybody else "private, "
    for name, value in {**HEADERS, "ETag": etag, "Cache-Control": f"{who}no-cache"}.items():
        reply.headers[name] = value
    return reply


def _etag(request: HttpRequest, share: Share) -> str:
    """Everything that the page depends on: the share never changes, but who asks, and the site."""
    user = request.user
    if user.is_authenticated:
        look = repr(choices.of_page(user.pk))
    else:
        look = request.COOKIES.get(settings.LOOK_COOKIE_NAME, "")
    made_of = (
        *(share.pk, settings.VERSION, static("pages/share.css"), get_language(), user.pk, look),
        request.META.get("CSRF_COOKIE") if user.is_authenticated else "",
    )
    digest = blake2b(repr(made_of).encode("utf-8", "surrogatepass"), digest_size=16)
    return f'"{digest.hexdigest()}"'


def _page(request: HttpRequest, share: Share) -> HttpResponse:
    context = {
        "share": share,
        "messages": [_shown(share, *each) for each in enumerate(snapshot.read(share.snapshot))],
    }
    return render(request, "sharing/page.html", context)


def _shown(share: Share, number: int, message: SharedMessage) -> ShownMessage:
    if message.role != Message.Role.ASSISTANT:
        return ShownMessage(message, message.files)
    pieces = message.pieces
    placed = [piece.file for piece in pieces]
    return ShownMessage(
        message,
        [file for file in message.files if file not in placed],
        [_piece(f"share-{share.pk}-{number}-{at}", each) for at, each in enumerate(pieces)],
    )


def _piece(prefix: str, piece: SharedPiece) -> ShownPiece:
    html = rendered.html(piece.text, prefix) if piece.kind == TEXT else ""
    state = piece.call.state if piece.call else ""
    words = SENTENCES.get(state, ""), SHOWN_AS.get(state, state)
    return ShownPiece(piece, mark_safe(html), *words)  # noqa: S308 (sanitised)
