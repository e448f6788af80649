"""The link definitions that nothing cites: they are shown, or their words would be nowhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.link_definitions import Definition, labels_in
from conversations.markdown.inline.addresses import can_follow
from conversations.markdown.inline.sanitiser import clean_inline

_HREF = re.compile(r' href="([^"]*)"')
_CODE = re.compile(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", re.DOTALL)


@dataclass(slots=True)
class UnusedDefinitions:
    """The blocks that define something, and the labels in the texts of the others."""

    waiting: list[Block] = field(default_factory=list)
    _labels: set[str] = field(default_factory=set)

    def cite(self, text: str, labels: set[str]) -> None:
        """Note the labels in a text, but for those in its code."""
        self._labels |= labels_in(_CODE.sub("", text)) if labels and "`" in text else labels

    def uncited(self, page: list[str]) -> Iterator[tuple[Block, str]]:
        """The blocks that have to show a definition, with its HTML."""
        hrefs = {unescape(href) for html in page for href in _HREF.findall(html)}
        for block in self.waiting:
            left = [each for each in block.defined if not self._is_cited(each, hrefs)]
            if left:
                yield block, "".join(map(_definition_html, left))

    def _is_cited(self, definition: Definition, hrefs: set[str]) -> bool:
        if definition.label not in self._labels:
            return False
        return definition.href in hrefs or not can_follow(definition.href)


def _definition_html(definition: Definition) -> str:
    """A definition as it was written; its address can be followed if any may."""
    before, address, after = (escape(part, quote=False) for part in definition.written)
    if can_follow(definition.href):
        shown = address.removeprefix("&lt;").removesuffix("&gt;")
        address = f'<a href="{escape(definition.href)}">{shown}</a>'
    after = f" {after.strip()}" if after.strip() else ""
    return clean_inline(f'<span class="definition">{before}{address}{after}</span>')
