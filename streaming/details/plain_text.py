"""The rendered HTML of an answer as plain text: what a reader sees of it, without its marks."""

from __future__ import annotations

from html.parser import HTMLParser

BLOCKS = frozenset({"p", "ul", "ol", "blockquote", "pre", "table", "hr"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LINES = frozenset({"br", "li", "tr"})
CELLS = frozenset({"td", "th"})
SILENT = frozenset({"annotation", "annotation-xml"})
BULLET = "• "


def plain_text(html: str) -> str:
    """Blocks are one blank line apart, items and rows a line each, cells a tab apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects text; `breaks` are the line ends due before the next of it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._lists: list[int | None] = []
        self._breaks = 0
        self._silent = 0
        self._code = 0
        self._head = 0
        self._is_marked = False

    def text(self) -> str:
        return "".join(self._parts).strip("\n") + "\n"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self._silent += tag in SILENT
        self._code += tag == "pre"
        if self._head or "block__head" in (said.get("class") or "").split():
            self._head += tag not in ("br", "hr", "input")
        if tag in ("ul", "ol"):
            self._lists.append(int(said.get("start") or 1) if tag == "ol" else None)
        self._end_line(tag)
        if tag == "li":
            self._put(self._mark())
            self._is_marked = True
        elif tag in CELLS and self._parts and not self._breaks:
            self._parts.append("\t")

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT
        self._code -= tag == "pre"
        self._head -= bool(self._head)
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        self._end_line(tag)

    def handle_data(self, data: str) -> None:
        if self._silent or self._head:
            return
        if not self._code and not data.strip():
            data = " " if data and not self._breaks and "\n" not in data else ""
        if data:
            self._put(data)

    def _end_line(self, tag: str) -> None:
        inside = len(self._lists) > (tag in ("ul", "ol"))
        if self._is_marked:
            return  # an item begins on the line of its mark
        if tag in BLOCKS | HEADINGS:
            self._breaks = max(self._breaks, 1 if inside else 2)
        elif tag in LINES:
            self._breaks = max(self._breaks, 1)

    def _mark(self) -> str:
        number = self._lists[-1] if self._lists else None
        indent = "  " * (len(self._lists) - 1)
        if number is None:
            return f"{indent}{BULLET}"
        self._lists[-1] = number + 1
        return f"{indent}{number}. "

    def _put(self, text: str) -> None:
        before = self._parts[-1] if self._parts else "\n\n"
        there = len(before) - len(before.rstrip("\n"))
        self._parts += ["\n" * max(self._breaks - there, 0), text]
        self._breaks, self._is_marked = 0, False
