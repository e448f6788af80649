"""Where in a continuation the kept text is repeated: at once, or after a remark or a mark. Pure."""

import re
from dataclasses import dataclass

from streaming.resume.repetition import (
    OVERLAP_LENGTH,
    OVERLAP_WINDOW,
    RESTART_LENGTH,
    Partial,
    overlap_length,
    reopened_fence,
    squeeze,
)
from streaming.resume.wrapping import closing_mark

LOOKED_THROUGH = 300  # characters in which a repetition after a remark has to begin
REMARK_OVERLAP = 40  # squeezed characters that no new text shares with the kept one by chance

_INK = re.compile(r"\S")
_IN_WORD = re.compile(r"[^\W_\u2e80-\u9fff]\w")


@dataclass(frozen=True, slots=True)
class EchoCandidate:
    """Where the repetition may begin: at `text`. `anew` is what a restart there makes.

    `closing` is the mark that closes what stands before it, `least` the squeezed characters
    that have to be repeated.
    """

    text: str
    anew: str
    closing: str = ""
    least: int = 0


def echo_candidates(partial: Partial, body: str) -> list[EchoCandidate]:
    """The body as it is, after a line that may open the open fence again, after a remark."""
    found = [EchoCandidate(body, body)]
    if again := reopened_fence(partial, body):
        found.append(EchoCandidate(again.rest, body))
    if start := _repetition_start(partial, body):
        text, mark = body[start:], closing_mark(body[:start])
        found.append(EchoCandidate(text, text, mark, _enough_to_tell(partial)))
    return found


def overlap_of(partial: Partial, candidate: EchoCandidate) -> int:
    """How much of the candidate repeats the partial's end; 0 where it may be chance."""
    overlap = overlap_length(partial, candidate.text)
    return overlap if len(squeeze(candidate.text[:overlap])) >= candidate.least else 0


def _repetition_start(partial: Partial, body: str) -> int:
    """Where, after a remark of whatever language or a mark, the partial is repeated; 0: nowhere.

    Told by what is repeated: its end, as far as it was asked for, or its beginning.
    """
    past, enough = partial.squeezed, _enough_to_tell(partial)
    if enough < OVERLAP_LENGTH:
        return 0
    looked_at = body[: len(body) - len(body.lstrip()) + LOOKED_THROUGH]
    head, places = squeeze(looked_at), [match.start() for match in _INK.finditer(looked_at)]
    tail, beginning = past[-OVERLAP_WINDOW:], past[:RESTART_LENGTH]
    for start, place in enumerate(places[: len(head) - enough + 1]):
        told = head[start : start + enough]
        is_told = told in tail or (len(past) >= RESTART_LENGTH and beginning.startswith(told))
        if is_told and (start == 0 or not _IN_WORD.match(looked_at, place - 1)):
            return place if start else 0
    return 0


def _enough_to_tell(partial: Partial) -> int:
    return min(REMARK_OVERLAP, len(partial.squeezed))
