"""Emphasis closes where its writer meant it to, also where writing has no spaces."""

from __future__ import annotations

import pytest

from tests.conversations.markdown.pieces import expects_settled, texts


@pytest.mark.parametrize(
    ("text", "strong"),
    [
        ("**注意：**先保存。", ["注意："]),
        ("这是**（重点）**内容。", ["（重点）"]),
        ("使用**“引号”**和**（括号）**的文字。", ["“引号”", "（括号）"]),
        ("**「約束」**を守る。", ["「約束」"]),
        ("彼は**行った。**そして", ["行った。"]),
        ("이것은 **“중요”**합니다. **(참고)**는 나중에", ["“중요”", "(참고)"]),
        ("**步骤一：**3 分钟", ["步骤一："]),
        ("中文**bold!**中文", ["bold!"]),
        ("__（强调）__与__别的__不同，是__「这个」__吗", ["（强调）", "「这个」"]),
        ("全角　**空格**　里", ["空格"]),
        ("葛\U000e0100**（例）**葛\ufe00**、例**", ["（例）", "、例"]),
        ("**Note\xa0:\xa0**un texte", ["Note\xa0:\xa0"]),
        ("**Prix\u202f:**\u202f12 et «\xa0**mot**\xa0»", ["Prix\u202f:", "mot"]),
    ],
)
def test_what_is_marked_is_bold_and_no_mark_is_left(text: str, strong: list[str]) -> None:
    page = expects_settled(text)
    assert texts(page, "strong") == strong
    assert "**" not in page.text()


def test_single_marks_and_struck_text_follow_the_same_rule() -> None:
    page = expects_settled(
        "*（複製）。*も。~~旧价（含税）。~~新价。***（全部）***都\n\n- *（注）*完\n- **二：**好"
    )
    assert texts(page, "em") == ["（複製）。", "（全部）", "（注）"]
    assert texts(page, "del") == ["旧价（含税）。"]
    assert texts(page, "strong") == ["（全部）", "二："]
    assert not {"*", "~"} & set(page.text())


@pytest.mark.parametrize(
    "text",
    [
        'a*"foo"*',
        "foo**(bar)**baz",
        "2\xa0*\xa03\xa0*\xa04",
        "snake_case_name and 文_件_名",
        "**/*.md and *.py, f(*args)",
    ],
)
def test_elsewhere_the_specification_holds(text: str) -> None:
    page = expects_settled(text)
    assert page.text() == text
    assert texts(page, "em") == texts(page, "strong") == []
