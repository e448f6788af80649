"""Markdown becomes HTML that is safe, the same live and whole."""

from conversations.markdown import AppendText, Renderer, SetOpen, render


def test_plain_text_is_appended_to_the_tail() -> None:
    renderer = Renderer("m1")
    first = renderer.feed("A paragraph that")
    assert isinstance(first[-1], SetOpen)
    assert 'id="m1-tail"' in first[-1].html
    assert renderer.feed(" goes on") == [AppendText(" goes on")]


def test_a_picture_becomes_a_link_and_is_never_fetched() -> None:
    shown = render("![a cat](https://example.org/cat.png)", "m1")
    assert "<img" not in shown
    assert 'href="https://example.org/cat.png"' in shown
    assert 'rel="noopener noreferrer nofollow"' in shown
    assert ">a cat</a>" in shown
