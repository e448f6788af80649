"""Code that comes a few lines at a time: each line is coloured once, each full chunk once more."""

from dataclasses import dataclass, field

from conversations.markdown.code.highlight import CHUNK, Colours, lines_of


@dataclass(slots=True)
class CodeLines:
    """The whole lines so far, coloured."""

    colours: Colours
    source: str = ""
    chunks: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    coloured: list[str] = field(default_factory=list)
    line_colours: Colours | None = None

    def begins(self, language: str, code: str) -> bool:
        """Whether these are the first lines of a block in this language."""
        return language == self.colours.language and code.startswith(self.source)

    def add(self, lines: list[str]) -> None:
        """Take in whole lines."""
        for line in lines:
            self.waiting.append(line)
            if len(self.waiting) == CHUNK:
                self.chunks.append(self.colours.chunk(self.waiting))
                self.waiting, self.coloured, self.line_colours = [], [], None
        for line in self.waiting[len(self.coloured) :]:
            self.line_colours = self.line_colours or self.colours.copy()
            self.coloured.append(self.line_colours.line(line))
        self.source += "".join(lines)

    def closed(self) -> list[str]:
        """The chunks once no more lines come; the same as `block_chunks` of the whole."""
        rest = [self.colours.chunk(self.waiting)] if self.waiting or not self.chunks else []
        return self.chunks + rest


def lines_and_rest(text: str) -> list[str]:
    """The whole lines and, last, the half-written one or nothing."""
    lines = lines_of(text)
    return lines if lines and not lines[-1].endswith("\n") else [*lines, ""]
