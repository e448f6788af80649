"""What models write when told to continue: remarks, repetitions, fences opened again. Pure.

Each function looks for one such habit and says how much of the text is due to it; judging what
that means for the answer is `seam`'s. *Squeezed* text has no whitespace, for models wrap
and indent what they repeat as they like; its letters are small and its quotes straight.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from streaming.resume.code_fences import Fence, fence_of, open_fence

OPENERS = (
    *("Sure", "Certainly", "Of course", "Okay", "Here is", "Here are", "Here's", "Here’s"),
    *("Continuing", "Continued", "Resuming", "Picking up", "Let me continue"),
    *("I'll continue", "I’ll continue", "Apologies", "Sorry"),
)
CUTS = ("left off", "interrupted", "cut off", "stopped")
CUES = (*CUTS, "continu", "resum", "pick up", "rest of", "interrupt")

LONGEST_FIRST_LINE = 160  # a longer one is neither a remark nor a fence
RESTART_LENGTH = 80
LONG_ECHO = 20
OVERLAP_LENGTH = 10
LINE_OVERLAP_LENGTH = 3
OVERLAP_WINDOW = 2000

_OPENER = re.compile(rf"(?:{'|'.join(map(re.escape, OPENERS))})\b")
_CUE = re.compile("|".join(CUES), re.IGNORECASE)
_INLINE = re.compile(rf".*?(?:{'|'.join(CUTS)}).*?:\s*(?=\S)", re.IGNORECASE)
_ELLIPSIS = re.compile(r"\.\.\.|…")
_CUT_MARKER = re.compile(r" {0,3}(`{1,2}|~{1,2})")
_CUT_WORD = re.compile(r"(?<!\w)[^\W\d]\w+\Z")
_WORD = re.compile(r"\w*")
_ALIKE = {
    **{ord(sign): '"' for sign in "“”„‟«»"},
    **{ord(sign): "'" for sign in "‘’‚‛"},
    **{ord(sign): "-" for sign in "‐‑‒–—―−"},
    **{code: chr(code).lower() for code in range(0x530) if len(chr(code).lower()) == 1},
}  # each character stands for one, so that lengths stay
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]{2,}")
_WITHOUT_SPACES_LONG = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{4,}")
"""Chinese and Japanese, whose words are this short; Thai, Lao, Burmese and Khmer."""
_NO_SPACES = re.compile(r"\S+")


@dataclass(frozen=True)
class Partial:
    """The kept text, and what is asked of it again and again, found once."""

    text: str

    @cached_property
    def sent(self) -> str:
        """As a prefill sends it."""
        return self.text.rstrip()

    @cached_property
    def whitespace(self) -> str:
        """What it ends with beyond that."""
        return self.text[len(self.sent) :]

    @cached_property
    def last_line(self) -> str:
        return self.text[self.text.rfind("\n") + 1 :]

    @cached_property
    def fence(self) -> Fence | None:
        return open_fence(self.text)

    @cached_property
    def squeezed(self) -> str:
        return squeeze(self.text)


def preamble_length(text: str) -> int:
    """How much of `text` is a remark about continuing, such as "Sure, continuing:"."""
    line = _first_line(text)
    if not _OPENER.match(line):
        return 0
    if inline := _INLINE.match(line):
        return inline.end()
    is_remark = _CUE.search(line) or line.rstrip().endswith(":")
    if len(line) > LONGEST_FIRST_LINE or not is_remark:
        return 0
    blank = text[len(line) : len(text) - len(text[len(line) :].lstrip())]
    return len(line) + blank.rfind("\n") + 1


def is_open_remark(text: str) -> bool:
    """Whether `text` may be no more than a remark, in whatever language, or a mark.

    New text that continues a sentence begins with a small letter.
    """
    line, ended, rest = text.strip().partition("\n")
    if ended:
        return not rest.strip() or line.rstrip().endswith((":", "："))
    return len(line) <= LONGEST_FIRST_LINE and not line[:1].islower()


def without_ellipsis(partial: Partial, body: str) -> str:
    """The body without the dots that say it continues, unless they continue after a dot, or are
    the first of what it repeats.
    """
    ellipsis = None if partial.text.endswith(".") else _ELLIPSIS.match(body)
    if ellipsis is None or overlap_length(partial, body) > ellipsis.end():
        return body
    return body[ellipsis.end() :]


def cut_fence_marker(partial: Partial) -> str:
    """The one or two backticks or tildes that are all of the last line."""
    marker = None if partial.fence else _CUT_MARKER.fullmatch(partial.last_line)
    return marker[1] if marker else ""


@dataclass(frozen=True, slots=True)
class ReopenedFence:
    """A first line that may open the open fence again; `rest` is the text after it.

    With an info string it surely does. Without one it is the closing line, unless the
    rest repeats the partial's end.
    """

    is_sure: bool
    rest: str


def reopened_fence(partial: Partial, body: str) -> ReopenedFence | None:
    line = _first_line(body)
    if partial.fence is None or len(line) > LONGEST_FIRST_LINE:
        return None
    first = fence_of(line)
    if first is None or first.character != partial.fence.character:
        return None
    return ReopenedFence(first.info != "", body[len(line) + 1 :])


def restarts(partial: Partial, body: str) -> bool:
    """Whether the body tells the partial from its beginning, and then something else."""
    new = squeeze(body)
    is_alike = len(new) >= RESTART_LENGTH and partial.squeezed.startswith(new[:RESTART_LENGTH])
    return is_alike and not new.startswith(partial.squeezed)


def overlap_length(partial: Partial, body: str) -> int:
    """How much of the body repeats the partial's end; 0 where it may be chance."""
    past, new = partial.squeezed, squeeze(body)
    if len(past) >= LONG_ECHO and new.startswith(past):
        return _raw_length(body, len(past))
    tail, head = past[-OVERLAP_WINDOW:], new[:OVERLAP_WINDOW]
    sizes = range(min(len(tail), len(head)), 0, -1)
    size = next((size for size in sizes if tail.endswith(head[:size])), 0)
    return _raw_length(body, size) if _is_sure(partial, head[:size]) else 0


def _is_sure(partial: Partial, told: str) -> bool:
    """Whether what the partial's end and the body share is too much for chance."""
    is_last_line = len(told) >= LINE_OVERLAP_LENGTH and told == squeeze(partial.last_line)
    without_spaces = _WITHOUT_SPACES.fullmatch(told) or _WITHOUT_SPACES_LONG.fullmatch(told)
    return len(told) >= OVERLAP_LENGTH or is_last_line or bool(without_spaces)


def rewritten_fragment(partial: Partial, body: str) -> str:
    """The cut word at the partial's end, if the body begins with that word whole."""
    cut, word = _CUT_WORD.search(partial.text.rpartition(" ")[2]), _WORD.match(body)
    if cut and word and word[0] != cut[0] and word[0].startswith(cut[0]):
        return cut[0]
    return ""


def squeeze(text: str) -> str:
    """The text without white space, and without what models change when they repeat it."""
    return "".join(text.split()).translate(_ALIKE)


def _raw_length(text: str, squeezed: int) -> int:
    """How far into `text` its first `squeezed` characters reach that are no whitespace."""
    for word in _NO_SPACES.finditer(text):
        if squeezed <= len(word[0]):
            return word.start() + squeezed
        squeezed -= len(word[0])
    return len(text)


def _first_line(text: str) -> str:
    """The first line, or enough of it to see that it is too long."""
    return text[: LONGEST_FIRST_LINE + 1].partition("\n")[0]
