"""The branch on a conversation's page as a file to be read: Markdown, or HTML on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi, gettext

from conversations import branches
from conversations.answers.parts import TEXT, THOUGHT
from conversations.files import attached
from conversations.files.models import File
from conversations.models import Conversation, Message
from conversations.transfer.sources.shapes import fenced
from streaming.details.facts import ENDS
from streaming.live.answers import answer_rows
from streaming.live.answers.answer_rows import AnswerRows
from streaming.models import Generation
from streaming.runs.standing import last_run, standing_runs
from streaming.transfer.outgoing import pieces
from streaming.transfer.outgoing.pieces import Piece

AT_ONCE = 20
"""Messages that are in memory."""

STYLES = "pages/file.css"
IMPORTED = re.compile(r'@import "([^"]+)";')
HERE = "[the messages]"
MARKS = re.compile(r"[\\\[\]<>`*_&]")


class NamedFile(NamedTuple):
    """A file of a prompt: `url` leads to this site, which shows it to its owner."""

    kind: str
    name: str
    size: str
    url: str


class Part(NamedTuple):
    """A message as a file shows it: by whom and when; `state` unless it ended in order. A prompt
    has a text and files, an answer its pieces in their order.
    """

    message: Message
    who: str
    when: str
    state: str = ""
    text: str = ""
    pieces: Sequence[Piece] = ()
    files: Sequence[NamedFile] = ()

    @property
    def sources(self) -> list[dict[str, Any]]:
        return self.message.citations

    @property
    def is_answer(self) -> bool:
        return self.message.role == Message.Role.ASSISTANT


def markdown(conversation: Conversation) -> Iterator[str]:
    """Pieces: a heading for each message, and its text as it was written."""
    yield f"# {_line(conversation.title)}\n"
    for part in _parts(conversation, as_html=False):
        state = f" · {part.state}" if part.state else ""
        yield f"\n## {_line(part.who)}\n\n*{part.when}{state}*\n"
        if part.text:
            yield f"\n{part.text}\n"
        if part.files:
            yield "\n{}\n".format("\n".join(map(_file_line, part.files)))
        for piece in part.pieces:
            yield f"\n{_as_markdown(piece)}\n"
        if part.sources:
            listed = (f"{at}. {_link(each)}" for at, each in enumerate(part.sources, 1))
            yield "\n{}\n\n{}\n".format(gettext("Sources"), "\n".join(listed))


def html(conversation: Conversation) -> Iterator[str]:
    """Pieces of a page with its styles in it."""
    context = {
        "conversation": conversation,
        "style": _style(),
        "messages": HERE,
        "language": get_language(),
        "mirrored": get_language_bidi(),
    }
    before, _, after = render_to_string("transfer/file/page.html", context).rpartition(HERE)
    yield before
    for part in _parts(conversation, as_html=True):
        yield render_to_string("transfer/file/message.html", {"part": part})
    yield after


def _parts(conversation: Conversation, *, as_html: bool) -> Iterator[Part]:
    path = branches.lineage(conversation.leaf_id or 0, branches.ENDLESS)[::-1]
    for at in range(0, len(path), AT_ONCE):
        found = Message.objects.select_related("conversation").in_bulk(path[at : at + AT_ONCE])
        messages = [found[pk] for pk in path[at : at + AT_ONCE] if pk in found]
        rows, files = answer_rows.load_all(messages), attached.of_messages(messages)
        for message in messages:
            sent = files.get(message.pk, ())
            yield _part(rows[message.pk], sent, as_html=as_html)


def _part(rows: AnswerRows, files: Sequence[File], *, as_html: bool) -> Part:
    message = rows.message
    when = date_format(timezone.localtime(message.created_at), "DATETIME_FORMAT")
    if message.role != Message.Role.ASSISTANT:
        sent = [_sent(file) for file in files]
        return Part(message, gettext("You"), when, text=message.text, files=sent)
    last = last_run(rows.generations)
    ended = last is None or last.status == Generation.Status.FINISHED
    return Part(
        message,
        _models(rows) or gettext("Answer"),
        when,
        "" if ended or last is None else str(ENDS[Generation.Status(last.status)]),
        pieces=pieces.of_answer(rows, as_html=as_html),
    )


def _sent(file: File) -> NamedFile:
    kind = gettext("Picture") if file.is_image else gettext("Document")
    url = settings.PUBLIC_ORIGIN + reverse("files:show", args=[file.pk])
    return NamedFile(kind, file.name, filesizeformat(file.size), url)


def _file_line(file: NamedFile) -> str:
    return f"- {file.kind}: [{_escaped(file.name)}]({file.url}), {file.size}"


def _as_markdown(piece: Piece) -> str:
    if piece.kind == TEXT:
        return piece.text
    if piece.kind == THOUGHT:
        summary = gettext("Reasoning")
        return f"<details><summary>{summary}</summary>\n\n{piece.text}\n\n</details>"
    lines = []
    if piece.call:
        lines = [f"{gettext('Tool call')} `{_line(piece.call.name)}`", fenced(piece.call.arguments)]
    if piece.result:
        lines += [gettext("Result"), fenced(piece.result)]
    lines += [f"![{_escaped(each.name)}]({each.url})" for each in piece.pictures]
    return "\n\n".join(lines)


def _link(source: Mapping[str, Any]) -> str:
    return f"[{_escaped(source['title'] or source['url'])}](<{source['url']}>)"


def _escaped(words: str) -> str:
    return MARKS.sub(r"\\\g<0>", _line(words))


def _models(rows: AnswerRows) -> str:
    """Those that wrote it, in their order."""
    runs = [run.model for run in standing_runs(rows.generations) if run.model and not run.is_edit]
    return ", ".join(dict.fromkeys(runs))


def _line(words: str) -> str:
    return " ".join(words.split())


@cache
def _style() -> SafeString:
    """The element with all style sheets of the entry in their order."""
    entry = Path(str(finders.find(STYLES)))
    found = IMPORTED.findall(entry.read_text("utf-8"))
    sheets = [(entry.parent / name).read_text("utf-8") for name in found]
    return mark_safe("\n".join(("<style>", *sheets, "</style>")))  # noqa: S308 (our own files)
