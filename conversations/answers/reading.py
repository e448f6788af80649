"""An answer read as one text, without what interrupts it. Pure."""

from __future__ import annotations

from conversations.answers.parts import CALL, PICTURE, TEXT, AnswerParts


def as_one_text(parts: AnswerParts) -> str:
    """Its texts one after the other, with a blank line where a call or a picture is left out."""
    whole, is_interrupted = "", False
    for part in parts.all:
        if part.kind == TEXT and is_interrupted and whole:
            whole = whole.rstrip("\n") + "\n\n" + part.text.lstrip("\n")
        elif part.kind == TEXT:
            whole += part.text
        if part.kind in (TEXT, CALL, PICTURE):
            is_interrupted = part.kind != TEXT
    return whole
