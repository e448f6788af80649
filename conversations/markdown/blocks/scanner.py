"""A place in a line, in characters and in columns: a tab reaches to the next multiple of four."""

import re

TAB = 4

_SPACE = re.compile(r"[ \t]*")


class LineScanner:
    """Walks along one line. `offset` counts characters; `column` counts columns.

    `look` tells what comes next: `next` is the offset of the next character that is no space,
    `indent` the columns up to it, `blank` whether there is none. `whole` says whether the line is,
    or is still being written.
    """

    __slots__ = ("_in_tab", "blank", "column", "indent", "line", "next", "offset", "whole")

    def __init__(self, line: str, *, whole: bool) -> None:
        self.line = line
        self.whole = whole
        self.offset = 0
        self.column = 0
        self._in_tab = False
        self.look()

    def look(self) -> None:
        """Find the next character that is no space."""
        match = _SPACE.match(self.line, self.offset)
        space = match[0] if match else ""
        self.next = self.offset + len(space)
        self.indent = len(space)
        if "\t" in space:
            before = self.column % TAB
            self.indent = len((" " * before + space).expandtabs(TAB)) - before
        self.blank = self.next == len(self.line)

    @property
    def indented(self) -> bool:
        """Deep enough for indented code."""
        return self.indent >= TAB

    @property
    def rest(self) -> str:
        """What follows the spaces."""
        return self.line[self.next :]

    def match(self, form: re.Pattern[str]) -> re.Match[str] | None:
        """What follows the spaces, if it is of this form and not indented as code."""
        return None if self.indented else form.match(self.line, self.next)

    def skip_spaces(self) -> None:
        """Go to the next character that is no space."""
        self.column += self.indent
        self.offset = self.next
        self._in_tab = False
        self.indent = 0

    def skip(self, characters: int) -> None:
        """Move by so many characters."""
        for _ in range(min(characters, len(self.line) - self.offset)):
            tab = self.line[self.offset] == "\t"
            self.column += TAB - self.column % TAB if tab else 1
            self.offset += 1
        self._in_tab = False
        self.look()

    def skip_columns(self, columns: int) -> None:
        """Move by so many columns, if need be into the middle of a tab."""
        while columns > 0 and self.offset < len(self.line):
            width = 1
            self._in_tab = False
            if self.line[self.offset] == "\t":
                reach = TAB - self.column % TAB
                width = min(columns, reach)
                self._in_tab = reach > width
            self.column += width
            self.offset += not self._in_tab
            columns -= width
        self.look()

    def skip_one_space(self) -> None:
        """Move by one column if it is space."""
        if self.at_space:
            self.skip_columns(1)

    @property
    def at_space(self) -> bool:
        """Whether a space or a tab comes next."""
        return self.line[self.offset : self.offset + 1] in (" ", "\t")

    def remainder(self) -> str:
        """The text from here; what is left of a tab counts as spaces."""
        if self._in_tab:
            return " " * (TAB - self.column % TAB) + self.line[self.offset + 1 :]
        return self.line[self.offset :]
