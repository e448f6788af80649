"""Half-written lines that say too little: nothing of them is shown until more of them has come.

`-` may become a bullet, a rule or the line under a heading; `[docs]: ht` a definition, which
never shows. Holding back these few characters is what keeps the page calm.
"""

import re

from conversations.markdown.blocks.block import Block
from conversations.markdown.blocks.display_formulas import opening_waits
from conversations.markdown.blocks.link_definitions import may_be_definition
from conversations.markdown.blocks.scanner import LineScanner
from conversations.markdown.blocks.shapes import Item, Paragraph

LONGEST = 400

_SIGN = re.compile(
    r"""(?:
        \#{1,6}
      | [-+*_=][-+*_=\ \t]*      # bullets, rules, lines under headings, emphasis
      | \d{1,9}[.)]?             # numbered items
      | `{1,2} | `{3,}[^`]*      # fences
      | ~{1,2} | ~{3,}.*
      | \$\$? | \\\[? | \\[a-z]{0,5}(?:\{[a-z*]{0,16}\}?)?   # formulas
      | [|:\-\ \t]+              # tables
      | \[ (?:\^ [^\]\s]{0,100} \]?)?   # footnotes
    )[ \t]*""",
    re.VERBOSE,
)
_TASK = re.compile(r"\[[ xX]?\]?[ \t]*")


class HoldBack(Exception):
    """A half-written line may still become this or that: nothing of it is shown."""


def is_undecided(block: Block, tip: Block, scanner: LineScanner) -> bool:
    """Whether what is left of a half-written line may still start this or that."""
    if scanner.blank:
        return True
    if scanner.indented or len(scanner.line) - scanner.next > LONGEST:
        return False
    rest = scanner.rest
    if _SIGN.fullmatch(rest):
        return True
    if opening_waits(rest):
        return True
    if isinstance(block.shape, Item) and not block.children and _TASK.fullmatch(rest):
        return True
    in_text = isinstance(tip.shape, Paragraph) and not tip.content.startswith("[")
    return not in_text and may_be_definition(rest)
