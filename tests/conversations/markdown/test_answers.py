"""Whole answers in which the kinds of oddities stand next to each other, in pieces of any size."""

from __future__ import annotations

from tests.conversations.markdown.page import Element
from tests.conversations.markdown.pieces import (
    expects_settled,
    in_order,
    targets,
    texts,
)

MATHEMATICS = r"""The volume is
$$
V = \frac{4}{3} \pi r^3
$$.
So it grows with **three** powers.

\[
a(t)
=

\frac{v}{t}
\], which costs $5 and not $6.

Hence
$$
p + q

= r
$$
holds, and \[ y^2 \], too; see \[1\].
After all that this is **prose** about $PATH.
"""
TABLE = r"""| Law | Formula | Note |
|---|---|---|
| Given | $P(X|Y) = \frac{P(Y|X)P(X)}{P(Y)}$ | by rule |
| Length | $|v|$ | at least zero |
| Set | \(\{n | n > 3\}\) | large<br>numbers |
| Or | `p || q` | ~2 ms |
| Fee | $4,200 | $18,000 per year | a remark |
"""
CHINESE = """**注意：**先看 https://example.com/a说明。

- **第一（必做）：**备份
- *（可选）。*检查
- ~~旧的（价）。~~“https://example.com/b”——完
- 使用 List<String> 和 <T>，费用$5。

> 他说**「好」**了。
"""


def test_mathematics_between_lines_of_prose() -> None:
    page = expects_settled(MATHEMATICS)
    displays = [
        element for element in in_order(page) if element.attributes.get("display") == "block"
    ]
    assert len(displays) == 4
    assert texts(page, "strong") == ["three", "prose"]
    assert texts(page, "code") == []
    for words in ("So it grows", ", which costs $5 and not $6.", "see [1].", "about $PATH."):
        assert words in page.text()


def test_a_table_of_bars_and_money() -> None:
    page = expects_settled(TABLE)
    rows = [row for row in in_order(page) if row.tag == "tr"]
    cells = [sum(isinstance(cell, Element) for cell in row.children) for row in rows]
    assert cells == [3, 3, 3, 3, 3, 4]
    assert len(texts(page, "math")) == 3
    assert texts(page, "td")[-4:] == ["Fee", "$4,200", "$18,000 per year", "a remark"]
    assert texts(page, "td")[5:10] == ["at least zero", "Set", "{n|n>3}", "large\nnumbers", "Or"]


def test_writing_without_spaces() -> None:
    page = expects_settled(CHINESE)
    assert texts(page, "strong") == ["注意：", "第一（必做）：", "「好」"]
    assert texts(page, "em") == ["（可选）。"]
    assert texts(page, "del") == ["旧的（价）。"]
    assert targets(page) == ["https://example.com/a", "https://example.com/b"]
    assert "List<String> 和 <T>，费用$5。" in page.text()
    assert not {"*", "~"} & set(page.text())
