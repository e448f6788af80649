"""The files of a turn: those that go as their text, and those that go as they are.

A document goes as its text, whole and under its name, unless it has data: the PDF of a provider
that reads PDFs itself. Files stand before the words about them.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace

from streaming.providers.base import ChatMessage, SentFile

PDF = "application/pdf"
_NOT_IN_NAMES = str.maketrans({'"': "'", "<": "(", ">": ")", "\n": " "})


def pieces(turn: ChatMessage) -> tuple[str, list[SentFile]]:
    """The words of a turn, before them the documents that go as text; and the other files."""
    texts = [document(file) for file in turn.files if not file.data]
    words = [turn.text] if turn.text.strip() or not texts else []
    return "\n\n".join([*texts, *words]), [file for file in turn.files if file.data]


def document(file: SentFile) -> str:
    """A document as text; of a picture that does not go, why it does not."""
    name = file.name.translate(_NOT_IN_NAMES)
    if file.kind == "image":
        return f'<picture name="{name}">({file.text or "not sent"})</picture>'
    return f'<document name="{name}">\n{file.text}\n</document>'


def shown_by_user(turns: Iterable[ChatMessage]) -> list[ChatMessage]:
    """For formats whose results of tools are text alone: the user shows the pictures after them."""
    fit: list[ChatMessage] = []
    waiting: tuple[SentFile, ...] = ()
    for turn in turns:
        if waiting and turn.role == "user":
            turn = replace(turn, files=waiting + turn.files)
            waiting = ()
        elif waiting and turn.role != "tool":
            fit.append(ChatMessage("user", "", files=waiting))
            waiting = ()
        if turn.role == "tool":
            waiting += turn.files
            turn = replace(turn, files=())
        fit.append(turn)
    return [*fit, ChatMessage("user", "", files=waiting)] if waiting else fit


def is_pdf(file: SentFile) -> bool:
    return file.media_type == PDF


def encoded(file: SentFile) -> str:
    return b64encode(file.data).decode()


def data_url(file: SentFile) -> str:
    return f"data:{file.media_type};base64,{encoded(file)}"
