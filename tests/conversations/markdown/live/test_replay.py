"""What the page shows live is what a reload shows: after every frame, and at the end.

`FRAMES=1000000 pytest tests/conversations/markdown/live/test_replay.py` plays more than the usual
number of frames; `SEED` starts elsewhere.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from conversations.markdown import Renderer, render
from tests.conversations.markdown import commonmark
from tests.conversations.markdown.documents import document
from tests.conversations.markdown.page import Page, markup

FRAMES = int(os.environ.get("FRAMES", "52000"))
SEED = int(os.environ.get("SEED", "1"))
PREFIX = "m7"
HARMLESS = ["http", "https", ":", "/", "//", "://", "!", "_", "snake_case", "word", "x", "12"]
HARMLESS += ["and/or", "C:/dir", "a:b", "wow!", "中文", " !", "key: value", *" " * 7]
HARMLESS += [" https://e.org/a "]
MARKS = ["[", "a](b)", "*", "**", "`", "<", "&", "$", "~", "#", "|", "\n\n", "https://e.org/a_b"]


def pieces(text: str, random: Random) -> Iterator[str]:
    """The text in deltas of 1 to 12 characters, or all at once to a few lines."""
    most = random.choice([1, 3, 12, 12, 60])
    place = 0
    while place < len(text):
        length = random.randint(1, most)
        yield text[place : place + length]
        place += length


def expects_same_at_every_frame(text: str, random: Random) -> int:
    """Play a document in pieces; the number of frames."""
    renderer = Renderer(PREFIX)
    page = Page(renderer.html(), PREFIX)
    so_far = ""
    frames = 0
    for delta in pieces(text, random):
        so_far += delta
        page.apply(renderer.feed(delta))
        expects_same_page(page, render(so_far, PREFIX, complete=False), so_far)
        frames += 1
    page.apply(renderer.finish())
    whole = render(text, PREFIX)
    expects_same_page(page, whole, text)
    assert renderer.html() == whole
    assert f"{PREFIX}-tail" not in whole
    return frames


def expects_same_page(page: Page, html: str, text: str) -> None:
    # The texts are equal nearly always; if not, what a browser makes of them decides.
    if page.markup() != markup(html, PREFIX):
        assert page.markup() == Page(html, PREFIX).markup(), f"after {text!r}"


def spec_document(random: Random) -> str:
    examples = commonmark.examples()
    glue = random.choice(["", "", "\n", "\n\n"])
    return glue.join(random.choice(examples) for _ in range(random.randint(1, 3)))


@pytest.mark.parametrize("part", range(4))
def test_examples_of_the_specification_in_any_order_and_any_pieces(part: int) -> None:
    random = Random(f"{SEED} {part}")
    frames = 0
    while frames < FRAMES * 0.2:
        frames += expects_same_at_every_frame(spec_document(random), random)


@pytest.mark.parametrize("part", range(2))
def test_documents_such_as_models_write(part: int) -> None:
    random = Random(f"{SEED} {part}")
    frames = documents = 0
    while frames < FRAMES * 0.1 or documents < 100:
        frames += expects_same_at_every_frame(document(random.randrange(10**9)), random)
        documents += 1


def test_the_shuffled_lines_of_documents() -> None:
    """Nothing that makes sense, but every neighbour that a line can have."""
    random = Random(SEED)
    frames = 0
    while frames < FRAMES * 0.02:
        lines = "".join(spec_document(random) + document(random.randrange(10**9))).split("\n")
        random.shuffle(lines)
        frames += expects_same_at_every_frame("\n".join(lines[:12]), random)


def test_marks_where_they_mean_nothing_and_where_they_do() -> None:
    """Text that stands for itself is not read: what looks like it, in any pieces, is the test."""
    random = Random(SEED)
    frames = 0
    while frames < FRAMES * 0.05:
        tokens = random.choices(HARMLESS, k=60) + random.choices(MARKS, k=random.randrange(6))
        random.shuffle(tokens)
        frames += expects_same_at_every_frame("".join(tokens), random)


def test_the_comparison_sees_a_difference() -> None:
    page = Page(render("one *two* x", PREFIX, complete=False), PREFIX)
    for other in ("one **two** x", "one *twO* x", "one two x", "- one *two* x", "one *two* x "):
        assert page.markup() != Page(render(other, PREFIX, complete=False), PREFIX).markup()
