"""The text of an answer so far, and what of a text that repeats it is new.

Compared, never guessed: only an exact repetition is dropped, and of a longer whole only its
own beginning.
"""

from io import StringIO


class TextSoFar:
    """Text that only grows, unless it is taken back."""

    __slots__ = ("_text", "add")

    def __init__(self) -> None:
        self._text = StringIO()
        self.add = self._text.write  # called for each delta

    def __str__(self) -> str:
        return self._text.getvalue()

    def __bool__(self) -> bool:
        return self.size > 0

    @property
    def size(self) -> int:
        """In characters."""
        return self._text.tell()

    def cut_to(self, size: int) -> None:
        self._text.seek(size)
        self._text.truncate()


def rest_of(whole: str, so_far: str, *, cut: bool = False) -> str | None:
    """What a whole text adds to the text so far; None if it is another text.

    `cut`: of the whole itself only the beginning is known.
    """
    if whole.startswith(so_far):
        return whole[len(so_far) :]
    return "" if cut and so_far.startswith(whole) else None


def new_in(text: str, pieces: list[str], *, closes: bool) -> str:
    """What of the next piece is new, where a closing one may repeat all pieces.

    A text that equals all of them is a repetition. One that only begins like them is one if they
    were several, or long: a short piece may well begin like the only one before it ("1", "10").
    """
    before = "".join(pieces) if closes and pieces else ""
    if not before or not text.startswith(before):
        return text
    is_certain = text == before or len(pieces) > 1 or len(before) >= CERTAIN
    return text[len(before) :] if is_certain else text


CERTAIN = 8
"""Characters at which a piece that begins like all before it repeats them."""


class CumulativeText:
    """Pieces that may turn out to hold the whole text so far, each one longer.

    Found by their beginnings: a piece that begins with all the text so far, where that is
    long enough to be certain, or where the next one does so again; until then it is held.
    """

    __slots__ = ("_grows", "held")

    def __init__(self) -> None:
        self._grows = False
        self.held = ""

    def feed(self, piece: str, text: TextSoFar) -> str:
        """What of the piece, and of one held before it, is new."""
        if not self.held and len(piece) < text.size:
            return piece  # nearly always, and without looking at all the text
        return self._compare(piece, str(text))

    def _compare(self, piece: str, so_far: str) -> str:
        held, self.held = self.held, ""
        if held:
            self._grows = piece.startswith(held) and len(piece) > len(held)
            if not self._grows:
                return held + self._compare(piece, so_far + held)
        if not so_far or not piece.startswith(so_far):
            return piece
        if self._grows:
            return piece[len(so_far) :]
        if len(piece) > len(so_far) >= CERTAIN:
            self._grows = True
            return piece[len(so_far) :]
        if len(piece) > len(so_far):
            self.held = piece
            return ""
        return piece

    def end(self) -> str:
        held, self.held = self.held, ""
        return held


class Echo:
    """A beginning that came at once, and may be repeated by the pieces after it."""

    __slots__ = ("_beginning", "_matched")

    def __init__(self, beginning: str) -> None:
        self._beginning = beginning
        self._matched = 0

    def feed(self, piece: str) -> str:
        """What of a piece is new. A piece is held while it repeats the beginning exactly."""
        if not self._beginning:
            return piece
        beginning, matched = self._beginning, self._matched
        left = beginning[matched:]
        if piece.startswith(left):
            self._beginning = ""
            return piece[len(left) :]
        if left.startswith(piece):
            self._matched += len(piece)
            return ""
        self._beginning = ""
        return beginning[:matched] + piece

    def end(self) -> str:
        """After the last piece: what was held, which was no whole repetition."""
        held, self._beginning = self._beginning[: self._matched], ""
        return held
