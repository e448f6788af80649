"""`GET /m/<id>/stream/`: an answer to be followed by programs, from the exact character on.

Who reads one holds it open like a socket: it counts as one, and ends with the session or the token.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from conversations import access
from conversations.access import person
from conversations.models import Message
from conversations.sign_in.grants import grant_of
from streaming.api import following, standing
from streaming.api.cursor import BadCursor, Cursor
from streaming.api.following import Reader
from streaming.api.formats import FORMATS, PLAIN, SERVER_SENT, Format
from streaming.api.problems import problem
from streaming.api.requests import for_programs
from streaming.api.standing import ForeignCursor
from streaming.error_messages import replies
from streaming.site import site


@for_programs("GET")
def stream(request: HttpRequest, pk: int) -> HttpResponseBase:
    """From the cursor `after` on, or from that of `Last-Event-ID`, or from the beginning."""
    user, chosen = person(request), _format(request)
    message = access.message(user, pk)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    if chosen is None:
        return problem(406, replies.NO_SUCH_FORMAT)
    said = request.headers.get("Last-Event-ID", "") or request.GET.get("after", "")
    try:
        cursor = Cursor.read(said) if said else Cursor()
        now = standing.load(message.pk, cursor.generation)
        if now is None:
            raise Http404
        start, cut = now.place(cursor)
    except (BadCursor, ForeignCursor):
        return problem(400, replies.NO_SUCH_CURSOR)
    if chosen is SERVER_SENT and now.is_all(cursor):
        return HttpResponse(status=204)  # a browser would open it for ever
    if chosen is PLAIN and cut is not None:
        return problem(409, replies.TEXT_CHANGED, changed_from=cut.text)
    if site().sockets.full:
        return problem(503, replies.TOO_MANY_OPEN, headers={"Retry-After": "60"})
    kind = f"{chosen.media_type}; charset=utf-8"
    told = {"Chat-Cursor": str(start), "X-Accel-Buffering": "no", "Vary": "Accept"}
    if request.method == "HEAD":
        return HttpResponse(content_type=kind, headers=told)
    reader = Reader(user.pk, grant_of(request).held_by)
    events = _while_admitted(reader, message, cursor, chosen)
    return StreamingHttpResponse(events, content_type=kind, headers=told)


def _format(request: HttpRequest) -> Format | None:
    preferred = request.get_preferred_type(list(FORMATS))
    return FORMATS.get(preferred or "")


async def _while_admitted(
    reader: Reader, message: Message, cursor: Cursor, chosen: Format
) -> AsyncGenerator[str, None]:
    """Counted from the first byte on: what is never begun holds nothing open."""
    sockets = site().sockets
    if not sockets.admit(reader):
        return
    try:
        if chosen.begin:
            yield chosen.begin
        async with aclosing(following.events(message, cursor, reader)) as events:
            async for event in events:
                if said := chosen.encode(event):
                    yield said
    finally:
        sockets.dismiss(reader)
