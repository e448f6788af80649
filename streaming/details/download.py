"""An answer to take away: its Markdown to be copied, or as a file that grows with the answer.

A file is the text, then its facts. Who reads one holds it open like a socket: it counts as one,
and ends with the sign-in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing, contextmanager

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from conversations import access, markdown
from conversations.access import person
from conversations.answers.reading import as_one_text
from conversations.models import Message
from conversations.roles.rights import Role
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.details import facts
from streaming.details.plain_text import plain_text
from streaming.error_messages import replies
from streaming.journal import store
from streaming.journal.entries import written
from streaming.journal.snapshot import parts_of
from streaming.live.answers import answer_rows
from streaming.live.protocol import TOO_MANY_SOCKETS
from streaming.models import Generation
from streaming.site import site

LOOK_SECONDS = 1.0
"""How long a message is waited for: it may be lost, or published in another process."""


class Download:
    """An open file, as `Sockets` counts it, and the language of whoever asked for it.

    The file is written after the request was answered, when no language is active any more.
    """

    def __init__(self, user_id: int, session_key: str) -> None:
        self.language = translation.get_language()
        self.user_id = user_id
        self.session_key = session_key
        self.role: Role | None = None
        self.last_words = ""
        self.wake: Callable[[], None] = lambda: None

    def end(self, code: int) -> None:
        crowded = code == TOO_MANY_SOCKETS
        with translation.override(self.language):
            why = replies.DOWNLOAD_CROWDED_OUT if crowded else replies.DOWNLOAD_SIGNED_OUT
            self.last_words = f"\n\n---\n\n*{why}*\n"
        self.wake()


@require_GET
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """A message as it was written, to be copied; of one that grows, all so far.

    With `as=text` what a reader sees of it, without the marks of Markdown.
    """
    message = access.message(person(request), pk)
    running = message.generations.running().first()
    snapshot = store.snapshot(running.pk) if running else None
    text = message.text
    if message.role == Message.Role.ASSISTANT:
        text = as_one_text(snapshot.parts() if snapshot else parts_of(message))
    if request.GET.get("as") == "text" and message.role == Message.Role.ASSISTANT:
        text = plain_text(markdown.render(text, "answer"))
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_GET
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """For a browser or curl, by the session's cookie; it ends when the answer does."""
    user = person(request)
    message = access.message(user, pk)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    if site().sockets.full:
        full = f"{replies.TOO_MANY_OPEN}\n"
        return HttpResponse(full, "text/plain; charset=utf-8", 503, headers={"Retry-After": "60"})
    name = slugify(message.conversation.title)[:60] or "answer"
    return StreamingHttpResponse(
        _while_admitted(Download(user.pk, request.session.session_key or ""), message.pk),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}-{pk}.md") or ""},
    )


async def _while_admitted(reader: Download, message_id: int) -> AsyncGenerator[str, None]:
    """Counted from the first byte on: what is never begun holds nothing open."""
    sockets = site().sockets
    if not sockets.admit(reader):
        return
    try:
        async with aclosing(file_text(message_id, reader)) as texts:
            async for text in texts:
                yield text
    finally:
        sockets.dismiss(reader)


async def file_text(message_id: int, reader: Download) -> AsyncGenerator[str, None]:
    """The text as it is committed, to the end of the answer, and a footer.

    An answer that resumes automatically after a failure has not ended; a deleted one just ends.
    """
    sent = 0
    while (generation := await in_thread(_last_run)(message_id)) is not None:
        if reader.last_words:
            yield reader.last_words
            return
        if generation.status != Generation.Status.RUNNING:
            yield generation.message.text[sent:] + await in_thread(_footer)(
                message_id, reader.language
            )
            return
        async for text in _growing(generation, sent, reader):
            sent += len(text)
            yield text


async def _growing(
    generation: Generation, sent: int, reader: Download
) -> AsyncGenerator[str, None]:
    """What comes after the first `sent` characters, until it is time to look how the run stands.

    Listening comes before reading, so that nothing falls between the two.
    """
    with _hearing(generation.pk) as changes:
        reader.wake = changes.ended
        snapshot = await in_thread(store.snapshot)(generation.pk)
        if snapshot is None or snapshot.ended or snapshot.message_id != generation.message_id:
            return
        cursor = snapshot.cursor
        if text := snapshot.text[sent:]:
            yield text
        while not reader.last_words and await changes.come():
            entries = await in_thread(store.after)(generation.pk, cursor)
            cursor = entries[-1].seq if entries else cursor
            if text := written(entries, "text"):
                yield text


class _Changes:
    """What was heard of a run and not looked into yet."""

    def __init__(self) -> None:
        self._is_told = asyncio.Event()
        self._over = False

    def more(self, *_: object) -> None:
        self._is_told.set()

    def ended(self, *_: object) -> None:
        self._over = True
        self._is_told.set()

    async def come(self) -> bool:
        """True once there may be more text; False if the run may have ended or moved on."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._is_told.wait()
        except TimeoutError:
            return False
        self._is_told.clear()
        return not self._over


@contextmanager
def _hearing(generation_id: int) -> Iterator[_Changes]:
    changes, bus = _Changes(), site().bus
    listeners = {
        Topic.ENTRIES.of(generation_id): changes.more,
        Topic.CLOSED.of(generation_id): changes.ended,
        Topic.MOVED.of(generation_id): changes.ended,
    }
    for subject, listener in listeners.items():
        bus.subscribe(subject, listener)
    try:
        yield changes
    finally:
        for subject, listener in listeners.items():
            bus.unsubscribe(subject, listener)


def _last_run(message_id: int) -> Generation | None:
    written = Generation.objects.filter(message=message_id).standing()
    return written.select_related("message").order_by("pk").last()


def _footer(message_id: int, language: str | None) -> str:
    """What is known of the answer, in italics below a line."""
    with translation.override(language):
        known = " · ".join(facts.summary(answer_rows.load(message_id).generations))
    return f"\n\n---\n\n*{known}*\n"
