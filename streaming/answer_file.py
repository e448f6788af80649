"""An answer as a Markdown file, sent while it is being written: its text, then its facts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from conversations import owned
from conversations.models import Message
from conversations.owned import person
from streaming import answers, details, journal, lifecycle
from streaming.models import Generation
from streaming.threads import in_thread

LOOK_SECONDS = 1.0
"""How long a ring is waited for: it may be lost, or ring in another process."""


@require_GET
def download(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """For a browser or curl, by the session's cookie; it ends when the answer does."""
    message = owned.message(person(request), pk)
    if message.role != Message.Role.ASSISTANT:
        raise Http404
    name = slugify(message.conversation.title)[:60] or "answer"
    return StreamingHttpResponse(
        answer_file(message.pk),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, f"{name}-{pk}.md") or ""},
    )


async def answer_file(message_id: int) -> AsyncGenerator[str, None]:
    """The text as it is committed, to the end of the answer, and a footer.

    An answer that goes on by itself after a failure has not ended. One that is deleted just ends.
    """
    sent = 0
    while (run := await in_thread(_last_run)(message_id)) is not None:
        if run.status != Generation.Status.RUNNING:
            yield run.message.text[sent:] + await in_thread(_footer)(message_id)
            return
        async for text in _growing(run, sent):
            sent += len(text)
            yield text


async def _growing(run: Generation, sent: int) -> AsyncGenerator[str, None]:
    """What lies behind the first `sent` characters, until it is time to look how the run stands.

    Listening comes before reading, so that nothing falls between the two.
    """
    with _hearing(run.pk) as bell:
        snapshot = await in_thread(journal.snapshot)(run.pk)
        if snapshot is None or snapshot.ended or snapshot.message_id != run.message_id:
            return
        cursor = snapshot.cursor
        if text := snapshot.text[sent:]:
            yield text
        while await bell.rings():
            entries = await in_thread(journal.after)(run.pk, cursor)
            cursor = entries[-1].seq if entries else cursor
            if text := journal.written(entries, "text"):
                yield text


class _Bell:
    """What was heard of a run and not looked into yet."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._over = False

    def ring(self, *_: object) -> None:
        self._rung.set()

    def toll(self, *_: object) -> None:
        self._over = True
        self._rung.set()

    async def rings(self) -> bool:
        """True once there may be more text; False if the run may have ended or moved on."""
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return not self._over


@contextmanager
def _hearing(run_id: int) -> Iterator[_Bell]:
    bell, doorbell = _Bell(), lifecycle.site().doorbell
    listeners = {"run": bell.ring, "closed": bell.toll, "moved": bell.toll}
    for topic, listener in listeners.items():
        doorbell.listen((topic, run_id), listener)
    try:
        yield bell
    finally:
        for topic, listener in listeners.items():
            doorbell.leave((topic, run_id), listener)


def _last_run(message_id: int) -> Generation | None:
    runs = Generation.objects.select_related("message").filter(message=message_id, undone_at=None)
    return runs.order_by("pk").last()


def _footer(message_id: int) -> str:
    """What is known of the answer, in italics below a line."""
    return f"\n\n---\n\n*{' · '.join(details.summary(answers.load(message_id)))}*\n"
