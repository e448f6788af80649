"""Half-written text without the marks that wait for their closing ones, so that it stays calm.

`a **bold wo` is shown as plain words, which become bold when the closing mark comes: nothing is
marked that the end could take back. `see [the do` is shown with the words of a link that leads
nowhere yet, `so $x^2` with the formula's source; a mark at the very end waits for its neighbour.
What an author would not leave open for so long is shown as it stands.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from conversations.markdown.inline.addresses import address_end
from conversations.markdown.inline.cjk import is_cjk
from conversations.markdown.inline.delimiter_runs import flanking
from conversations.markdown.inline.formulas import formula_at, may_read_as_formula, reads_as_formula
from conversations.markdown.inline.placeholders import (
    NO_LINK,
    SOURCE,
    SOURCE_END,
    TAIL,
)

NEAR = 240
MOST = 8

_WAITING = re.compile(
    r"""(?:
        (?<!\\)(?:\\\\)*\\                            # what it escapes
      | &\#?\w{0,31}                                   # an entity
      | <(?:https?|mailto):[^\s<>]*                    # an address in angle brackets
      | <[A-Za-z\d._+-]{0,64}(?:@[A-Za-z\d.-]*)?
      | <(?:/[A-Za-z]{0,4}|br[ \t]*/?)                 # a small tag
      | (?<!~)~
      | (?<!\S)!
    )$""",
    re.VERBOSE | re.IGNORECASE,
)
_NEXT = re.compile(
    r"""(?P<ticks>`+)
      | (?P<formula>\$\$?|\\(?:[(\[]|begin\{))
      | (?P<escape>\\.)
      | (?P<auto><(?:https?:|mailto:|[\w.+-]+@)[^\s<>]*>)
      | (?P<tag></?(?:sub|sup|kbd|mark)>)
      | (?P<opening>!?\[)
      | (?P<closing>\])
      | (?P<marks>\*+|_+|~~)
      | (?P<address>https?://)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_TARGET = re.compile(
    r"""\(\s*(?:<[^<>\n]*>|(?!<)(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\))*)
        (?:\s+(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\((?:\\.|[^()\\])*\)))?\s*\)""",
    re.VERBOSE | re.DOTALL,
)
_HALF_TARGET = re.compile(
    r"""\(\s*(?:<[^<>\n]*>?|(?!<)(?:\\.|[^\s()\\]|\((?:\\.|[^\s()\\])*\)?)*)\\?
        (?:\s+(?:"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|\((?:\\.|[^()\\])*\)?)?\\?)?\s*$""",
    re.VERBOSE | re.DOTALL,
)
_UNLIKELY = re.compile(r"(?:[^\W_]|[$@)\]}\u201d\u2019\xbb.,;:!?%]|[^\W_]\()$")
_LABEL = re.compile(r"\[(?:\\.|[^\[\]\\])*\]", re.DOTALL)
_NUMBER = re.compile(r"\[[\d ,x]{0,5}\]?$")


@dataclass(slots=True)
class OpenMark:
    """A mark that waits for its closing one."""

    start: int
    mark: str
    count: int = 1

    @property
    def closing(self) -> str:
        """What closes it; a link leads nowhere yet."""
        if self.mark.startswith("<"):
            return f"</{self.mark[1:]}"
        return "](#)" if self.mark == "[" else self.mark * self.count


@dataclass(slots=True)
class HalfWritten:
    """Source to be shown instead, with a mark where text continues.

    `room` says how many plain characters may be appended before it has to be looked at again.
    """

    source: str
    room: int


@dataclass(slots=True)
class _Scan:
    text: str
    opened: list[OpenMark] = field(default_factory=list)
    cut: int | None = None  # nothing from here on is shown
    formula: int | None = None  # where the source of a half-written formula starts
    address: int | None = None
    unsure: bool = False  # what follows may change what is shown, whatever it is

    def wait(self, match: re.Match[str]) -> int | None:
        """Show nothing from here on."""
        self.cut = match.start()
        return None


def without_open_marks(text: str) -> HalfWritten:
    """What to show of a text that is still being written."""
    waiting = _WAITING.search(text, max(0, len(text) - 2 * NEAR))
    scan = _Scan(text[: waiting.start()] if waiting else text)
    _scan(scan)
    shown = scan.text if scan.cut is None else scan.text[: scan.cut]
    near = [opened for opened in scan.opened if len(text) - opened.start <= NEAR][-MOST:]
    closing = "".join(opened.closing for opened in reversed(near))
    if scan.address is not None:
        shown = f"{shown[: scan.address]}{NO_LINK}{shown[scan.address :]}"
    if scan.formula is not None:
        shown = f"{shown[: scan.formula]}{SOURCE}{_source_of(shown[scan.formula :])}"
        closing = SOURCE_END + closing
    certain = waiting is None and scan.cut is None and scan.address is None and not scan.unsure
    room = min((opened.start + NEAR - len(text) for opened in near), default=NEAR)
    return HalfWritten(f"{shown}{TAIL}{closing}", room if certain else 0)


def _scan(scan: _Scan) -> None:
    """Note what is open at the end of the text."""
    place: int | None = 0
    while place is not None:
        match = _NEXT.search(scan.text, place)
        if match is None:
            break
        place = _RULES[str(match.lastgroup)](scan, match)


def _ticks(scan: _Scan, match: re.Match[str]) -> int | None:
    ticks = match[0]
    end = re.compile(rf"(?<!`){ticks}(?!`)").search(scan.text, match.end())
    if end is not None and (end.end() < len(scan.text) or end.start() > match.end()):
        return end.end()
    if match.end() == len(scan.text):
        return scan.wait(match)
    if len(scan.text) - match.start() > NEAR or _is_lone_tick(scan.text, match):
        return match.end()
    half = re.search(r"`+$", scan.text)
    if half:
        scan.cut = half.start()
    scan.opened.append(OpenMark(match.start(), "`", len(ticks)))
    return None


def _is_lone_tick(text: str, match: re.Match[str]) -> bool:
    """Whether an author who writes this opens no code with it."""
    return len(match[0]) == 1 and text[match.end() : match.end() + 1].isspace()


def _formula(scan: _Scan, match: re.Match[str]) -> int | None:
    text, start, mark = scan.text, match.start(), match[0]
    whole = formula_at(text, start, len(text))
    if whole is not None and (whole.end < len(text) or mark[0] == "\\"):
        return whole.end
    if len(text) - start > NEAR:
        return match.end()
    if mark[0] == "\\" and match.end() == len(text):
        return scan.wait(match)
    scan.unsure = scan.unsure or may_read_as_formula(text, start)
    if not reads_as_formula(text, start):
        # A dollar at the end would close it, if no digit follows.
        scan.cut = whole.end - 1 if whole is not None else None
        return match.end() if whole is None else None
    scan.formula = start
    scan.opened.append(OpenMark(start, ""))
    half = re.search(r"\$+$", text)
    if half:
        scan.cut = half.start()
    return None


def _opening(scan: _Scan, match: re.Match[str]) -> int | None:
    if match.end() == len(scan.text):
        return scan.wait(match)
    if scan.text[match.end()] == "^":
        end = scan.text.find("]", match.end())
        return end + 1 if end >= 0 else scan.wait(match)
    if _NUMBER.match(scan.text, match.start()):
        scan.unsure = True
        return match.end()
    scan.opened.append(OpenMark(match.start(), "["))
    return match.end()


def _closing(scan: _Scan, match: re.Match[str]) -> int | None:
    labels = [number for number, opened in enumerate(scan.opened) if opened.mark == "["]
    if not labels:
        return match.end()
    opened = scan.opened[labels[-1]]
    kept = scan.opened[labels[-1] :]
    del scan.opened[labels[-1] :]
    text, end = scan.text, match.end()
    form = _TARGET if text.startswith("(", end) else _LABEL
    whole = form.match(text, end)
    if whole is not None:
        return whole.end()
    half = end == len(text) or _HALF_TARGET.match(text, end) or _half_label(text, end)
    if not half or len(text) - opened.start > NEAR:
        scan.unsure = scan.unsure or text.startswith(("(", "["), end)
        return end
    scan.opened += kept
    scan.cut = match.start()
    return None


def _half_label(text: str, start: int) -> bool:
    return text.startswith("[", start) and "]" not in text[start:]


def _tag(scan: _Scan, match: re.Match[str]) -> int:
    name = match[0].lower().replace("/", "")
    if name == match[0].lower():
        scan.opened.append(OpenMark(match.start(), name))
        return match.end()
    same = [number for number, opened in enumerate(scan.opened) if opened.mark == name]
    del scan.opened[same[-1] if same else len(scan.opened) :]
    return match.end()


def _marks(scan: _Scan, match: re.Match[str]) -> int | None:
    if match.end() == len(scan.text):
        return scan.wait(match)
    opens, closes = flanking(scan.text, match.start(), match.end(), len(scan.text))
    count = len(match[0])
    while closes and count and (opener := _opener(scan, match[0][0])) is not None:
        used = min(2, count, opener.count)
        count -= used
        opener.count -= used
        del scan.opened[scan.opened.index(opener) + bool(opener.count) :]
    if opens and count and _will_close(scan.text, match):
        scan.opened.append(OpenMark(match.start(), match[0][0], count))
    return match.end()


def _will_close(text: str, match: re.Match[str]) -> bool:
    """Whether an author who writes an opening mark here would write its closing one.

    Within a word, after a closing bracket and in a call's brackets few do; nor in `*.py`.
    """
    if text[match.end()] in ("/" if len(match[0]) > 1 else "/.,;:=)"):
        return False
    before = text[max(0, match.start() - 2) : match.start()]
    return not before or is_cjk(before[-1]) or not _UNLIKELY.search(before)


def _opener(scan: _Scan, mark: str) -> OpenMark | None:
    for opened in reversed(scan.opened):
        if opened.mark[:1] in ("[", "<"):
            return None
        if opened.mark == mark:
            return opened
    return None


def _address(scan: _Scan, match: re.Match[str]) -> int:
    end, whole = address_end(scan.text, match.start())
    scan.address = None if whole else match.end() - 2
    return end


def _skip(scan: _Scan, match: re.Match[str]) -> int:
    return match.end()


def _source_of(formula: str) -> str:
    if formula.startswith("$"):
        return formula.lstrip("$")
    return formula if formula.startswith("\\begin") else formula[2:]


_RULES: dict[str, Callable[[_Scan, re.Match[str]], int | None]] = {
    "ticks": _ticks,
    "formula": _formula,
    "escape": _skip,
    "auto": _skip,
    "tag": _tag,
    "opening": _opening,
    "closing": _closing,
    "marks": _marks,
    "address": _address,
}
