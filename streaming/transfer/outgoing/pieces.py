"""What an answer is made of, in the order in which it came, for a file to be read."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from conversations import markdown
from conversations.answers.parts import CALL, PICTURE, TEXT, THOUGHT, AnswerParts, Part
from conversations.files.models import File
from streaming.journal import store
from streaming.journal.snapshot import parts_of
from streaming.journal.tool_calls import AnswerCall, AnswerCalls
from streaming.live.answers import rendered_texts
from streaming.live.answers.answer_rows import AnswerRows
from streaming.live.answers.rendered_answer import prefix
from streaming.models import Generation
from streaming.runs.standing import last_run


class Picture(NamedTuple):
    """`url` leads to this site, which shows it to its owner; `data` is all of it, as an address,
    where that is wanted and it is still there.
    """

    name: str
    url: str
    data: str
    width: int | None
    height: int | None


class Piece(NamedTuple):
    """A part of an answer; `text` of a text or a thought, `html` of a text where it is wanted."""

    kind: str
    text: str = ""
    html: SafeString = SafeString()
    call: AnswerCall | None = None
    result: str = ""
    pictures: Sequence[Picture] = ()


class Answer(NamedTuple):
    """An answer as it stands."""

    parts: AnswerParts
    calls: Sequence[AnswerCall]
    ended: bool


def of_answer(rows: AnswerRows, *, as_html: bool) -> list[Piece]:
    """Of one that is being written, what is there so far."""
    answer = _as_it_stands(rows)
    owner_id = rows.message.conversation.owner_id if as_html else None
    pieces = []
    for part in answer.parts.all:
        if part.kind == TEXT:
            html = _html(part, rows.message.pk, answer.ended) if as_html else SafeString()
            pieces.append(Piece(TEXT, part.text, html))
        elif part.kind == THOUGHT:
            pieces.append(Piece(THOUGHT, part.text))
        elif part.kind == CALL:
            pieces.append(_call(answer.calls[part.number], owner_id))
        elif part.picture is not None:
            pieces.append(Piece(PICTURE, pictures=_pictures([part.picture], owner_id)))
    return pieces


def _as_it_stands(rows: AnswerRows) -> Answer:
    message, last = rows.message, last_run(rows.generations)
    if last is not None and last.status == Generation.Status.RUNNING:
        found = store.snapshot(last.pk)
        if found is not None:
            return Answer(found.parts(), found.calls, found.ended)
    calls = AnswerCalls(message.tool_calls).all
    return Answer(parts_of(message), calls, ended=True)


def _html(part: Part, message_id: int, ended: bool) -> SafeString:
    """An ended answer's as its page shows it, which is mostly rendered already."""
    render = rendered_texts.ended.html if ended else markdown.render
    return mark_safe(render(part.text, prefix(message_id, part.place)))  # noqa: S308 (sanitised)


def _call(call: AnswerCall, owner_id: int | None) -> Piece:
    pictures = _pictures(call.pictures, owner_id)
    return Piece(CALL, call=call, result=call.result or "", pictures=pictures)


def _pictures(rows: Iterable[Mapping[str, Any]], owner_id: int | None) -> list[Picture]:
    """With their data where an owner is given, whose they have to be."""
    return [
        Picture(
            row.get("name") or "",
            settings.PUBLIC_ORIGIN + reverse("files:show", args=[row["file"]]),
            _data(row["file"], owner_id) if owner_id is not None else "",
            row.get("width"),
            row.get("height"),
        )
        for row in rows
        if row.get("file")
    ]


def _data(pk: str, owner_id: int) -> str:
    own = File.objects.filter(owner_id=owner_id, kind=File.Kind.IMAGE, doomed_at=None)
    file = own.filter(pk=pk).first()
    with suppress(FileNotFoundError):
        if file is not None:
            return f"data:{file.media_type};base64,{b64encode(file.open_bytes()).decode()}"
    return ""
