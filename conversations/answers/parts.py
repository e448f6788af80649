"""The parts of an answer, in the order in which they came. Pure.

A message holds all its text in one, and so its thoughts and its calls. How they alternate is told
by its `parts`: rows such as `{"kind": "text", "size": 120, "generation": 7}`, sizes in characters,
generations as in its calls. Of most answers there are none: thoughts, then text, then calls.

Text that continues after a call or a picture is another part. A thought in the middle of a
sentence, a list, a table or code interrupts nothing: it joins the thoughts before, as the words
around it belong together.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

TEXT, THOUGHT, CALL, PICTURE = KINDS = "text", "thought", "call", "picture"

Row: TypeAlias = Mapping[str, Any]

_SENTENCE = re.compile(r"""[.!?:;…。！？：；]["'”’»)\]*_`]*\s*\Z""")
_BLANK_LINE = re.compile(r"\n[ \t]*\n\s*\Z")
_IN_A_BLOCK = re.compile(r"\s|[|>*+-]|\d{1,9}[.)]")
_END = 400
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})\s*(.*)")


@dataclass(slots=True)
class Part:
    """One part; `number` is that of a call, `ms` how long a thought took, as far as that is known.

    `place` tells it from the others of its message: empty for what every answer has, the thoughts
    at its beginning and the text after them; "p0", "p1" … for what follows. `sizes` says which
    generations wrote how many characters of it.
    """

    kind: str
    place: str
    number: int = 0
    ms: int | None = None
    picture: Mapping[str, Any] | None = None
    sizes: list[tuple[int, int]] = field(default_factory=list)
    _pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        self._pieces[:] = ["".join(self._pieces)]
        return self._pieces[0]

    @property
    def is_at_a_pause(self) -> bool:
        """Whether a paragraph has ended, or a sentence that is in no list, quote or table; code is
        not looked for.
        """
        end, at = "", len(self._pieces)
        while at and len(end) < _END:
            at -= 1
            end = self._pieces[at] + end
        end = end[-_END:]
        if not end.strip():
            return False
        if _BLANK_LINE.search(end):
            return True
        line = end.rstrip().rpartition("\n")[2]
        return bool(_SENTENCE.search(line)) and not _IN_A_BLOCK.match(line)

    def grow(self, text: str, generation: int) -> None:
        self._pieces.append(text)
        if self.sizes and self.sizes[-1][0] == generation:
            self.sizes[-1] = generation, self.sizes[-1][1] + len(text)
        else:
            self.sizes.append((generation, len(text)))

    def rows(self) -> Iterable[dict[str, Any]]:
        for at, (generation, size) in enumerate(self.sizes):
            row: dict[str, Any] = {"kind": self.kind, "generation": generation}
            if self.kind in (TEXT, THOUGHT):
                row["size"] = size
            if self.ms is not None and not at:
                row["ms"] = self.ms
            if self.picture is not None:
                row["picture"] = dict(self.picture)
            yield row


class AnswerParts:
    """The parts so far; what comes is put where it belongs. `before`: how they alternated then."""

    def __init__(self) -> None:
        self.all: list[Part] = []
        self._rest = self._calls = 0
        self._fences = _Fences()

    @classmethod
    def of(
        cls, rows: Sequence[Row], text: str, reasoning: str, calls: Sequence[Mapping[str, Any]]
    ) -> AnswerParts:
        """Those of a message. What its rows do not tell of stands where it would have stood
        without rows: no word is left out, whatever they say.
        """
        parts, written, thought, called = cls(), 0, 0, 0
        for row in rows or usual(text, reasoning, calls):
            kind, size = row.get("kind"), int(row.get("size") or 0)
            generation = int(row.get("generation") or 0)
            if kind == TEXT and (piece := text[written : written + size]):
                parts.text(piece, generation)
                written += len(piece)
            elif kind == THOUGHT and (piece := reasoning[thought : thought + size]):
                parts._same_or_new(THOUGHT).grow(piece, generation)
                parts.took(row.get("ms"))
                thought += len(piece)
            elif kind == CALL and called < len(calls):
                parts.call(generation)
                called += 1
            elif kind == PICTURE and isinstance(row.get("picture"), Mapping):
                parts.picture(row["picture"], generation)
        return parts._completed(text[written:], reasoning[thought:], calls[called:])

    def head(self, kind: str) -> Part | None:
        """The thoughts at the beginning, or the text after them, if there are any."""
        return next((each for each in self.all[:2] if each.kind == kind and not each.place), None)

    def text(self, text: str, generation: int) -> Part:
        """Text came; the part that it stands in."""
        part = self._same_or_new(TEXT)
        part.grow(text, generation)
        return part

    def thought(self, text: str, generation: int) -> Part:
        """A thought came; the part that it stands in."""
        last = self.all[-1] if self.all else None
        if last is not None and last.kind == TEXT and not self._may_break(last):
            part = self._last_thoughts()
        else:
            part = self._same_or_new(THOUGHT)
        part.grow(text, generation)
        return part

    def took(self, ms: int | None) -> Part | None:
        """The thought that has just ended took so long."""
        part = next((each for each in reversed(self.all) if each.kind == THOUGHT), None)
        if part is not None and ms is not None:
            part.ms = (part.ms or 0) + ms
        return part

    def call(self, generation: int) -> Part:
        """A call began."""
        part = self._new(CALL)
        part.number, part.sizes = self._calls, [(generation, 0)]
        self._calls += 1
        return part

    def picture(self, picture: Mapping[str, Any], generation: int) -> Part:
        """A picture came."""
        part = self._new(PICTURE)
        part.picture, part.sizes = picture, [(generation, 0)]
        return part

    def rows(self, dropped: Container[int] = ()) -> list[dict[str, Any]]:
        """What the message keeps, without the calls of these numbers: nothing where thoughts, text
        and calls follow each other.
        """
        kept = [part for part in self.all if part.kind != CALL or part.number not in dropped]
        kinds = [part.kind for part in kept]
        usual_order = [kind for kind in (THOUGHT, TEXT) if kind in kinds]
        if kinds == usual_order + [CALL] * kinds.count(CALL):
            return []
        return [row for part in kept for row in part.rows()]

    def _completed(
        self, text: str, reasoning: str, calls: Sequence[Mapping[str, Any]]
    ) -> AnswerParts:
        if reasoning:
            self._last_thoughts().grow(reasoning, 0)
        if text:
            texts = [part for part in self.all if part.kind == TEXT]
            (texts[-1] if texts else self._new(TEXT)).grow(text, 0)
        for each in calls:
            self.call(int(each.get("generation") or 0))
        return self

    def _same_or_new(self, kind: str) -> Part:
        is_same = bool(self.all) and self.all[-1].kind == kind
        return self.all[-1] if is_same else self._new(kind)

    def _new(self, kind: str) -> Part:
        self._fences = _Fences()
        is_head = not self._rest and (
            (kind == THOUGHT and not self.all)
            or (kind == TEXT and all(part.kind == THOUGHT for part in self.all))
        )
        self.all.append(Part(kind, "" if is_head else f"p{self._rest}"))
        self._rest += not is_head
        return self.all[-1]

    def _last_thoughts(self) -> Part:
        part = next((each for each in reversed(self.all) if each.kind == THOUGHT), None)
        if part is None:
            part = Part(THOUGHT, "")
            self.all.insert(0, part)
        return part

    def _may_break(self, part: Part) -> bool:
        return part.is_at_a_pause and not self._fences.is_open(part.text)


class _Fences:
    """Whether a text that grows ends inside a block of code; each line is looked at once."""

    def __init__(self) -> None:
        self._read = 0
        self._open = ""

    def is_open(self, text: str) -> bool:
        end = text.rfind("\n", self._read) + 1
        for line in text[self._read : end].splitlines():
            self._line(line)
        self._read = max(end, self._read)
        before = self._open
        self._line(text[self._read :])
        now, self._open = self._open, before
        return bool(now)

    def _line(self, line: str) -> None:
        fence = _FENCE.match(line)
        if fence is None:
            return
        marks, info = fence.groups()
        if not self._open:
            self._open = marks
        elif marks.startswith(self._open) and not info.strip():
            self._open = ""


def usual(text: str, reasoning: str, calls: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of an answer without rows: what preceded its calls was written with the first."""
    calls = list(calls)
    generation = calls[0].get("generation", 0) if calls else 0
    return [
        {"kind": THOUGHT, "size": len(reasoning), "generation": generation},
        {"kind": TEXT, "size": len(text), "generation": generation},
        *({"kind": CALL, "generation": each.get("generation", 0)} for each in calls),
    ]


def undone(rows: Sequence[Row], generation: int) -> list[dict[str, Any]]:
    """The rows without what this generation wrote; thoughts stay, as the message keeps them."""
    return [
        dict(row) for row in rows if row["kind"] == THOUGHT or row.get("generation") != generation
    ]


def edited(rows: Sequence[Row], start: int, before: int, after: int) -> list[dict[str, Any]]:
    """The rows once, from `start` on, so many characters of the text were replaced by so many.

    Where two parts meet inside what was replaced, they meet at its end; `was` keeps where they met
    before each edit, the newest first.
    """
    now, at = [], 0
    for row in rows:
        row = dict(row)
        if row["kind"] == TEXT:
            end = at + row["size"]
            row["was"] = [row["size"], *row.get("was", ())]
            row["size"] = _moved(end, start, before, after) - _moved(at, start, before, after)
            at = end
        now.append(row)
    return now


def restored(rows: Sequence[Row], start: int, before: int, after: int) -> list[dict[str, Any]]:
    """The rows once the last edit is undone: from `start` on so many characters, so many again."""
    texts = [row for row in rows if row["kind"] == TEXT]
    sizes = [row["was"][0] for row in texts if row.get("was")]
    size = sum(row["size"] for row in texts) - before + after
    if len(sizes) < len(texts) or sum(sizes) != size:
        return [_with_was(row, ()) for row in edited(rows, start, before, after)]
    return [_before(row) if row["kind"] == TEXT else dict(row) for row in rows]


def _before(row: Row) -> dict[str, Any]:
    return _with_was(row, row["was"][1:]) | {"size": row["was"][0]}


def _with_was(row: Row, was: Sequence[int]) -> dict[str, Any]:
    rest = {name: value for name, value in row.items() if name != "was"}
    return rest | {"was": list(was)} if was else rest


def _moved(place: int, start: int, before: int, after: int) -> int:
    if place <= start:
        return place
    return place - before + after if place >= start + before else start + after
