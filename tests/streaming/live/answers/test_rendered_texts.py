"""An ended answer is rendered once, however often it is shown; one that is written is not kept."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations import markdown
from conversations.models import Message
from streaming.live.answers import answer_rows, answer_view, rendered_texts
from streaming.live.answers.rendered_texts import RenderedTexts
from streaming.models import Generation
from tests.support.rows import keep, running, worker

TEXT = "Some *words*, a [link](https://example.org) and\n\n    code\n"


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is rendered from now on."""
    texts: list[str] = []
    render = markdown.render

    def noted(text: str, prefix: str, *, complete: bool = True) -> str:
        texts.append(text)
        return render(text, prefix, complete=complete)

    monkeypatch.setattr(markdown, "render", noted)
    return texts


def test_a_text_is_rendered_once(rendered: list[str]) -> None:
    texts = RenderedTexts(10_000)
    shown = {texts.html(TEXT, "answer-1") for _ in range(3)}
    assert rendered == [TEXT]
    assert shown == {markdown.render(TEXT, "answer-1")}


def test_a_text_that_was_changed_is_rendered_anew(rendered: list[str]) -> None:
    texts = RenderedTexts(10_000)
    texts.html(TEXT, "answer-1")
    assert "other" in texts.html("Some other words", "answer-1")
    assert rendered == [TEXT, "Some other words"]
    assert len(texts) == 1


def test_the_same_text_of_two_answers_has_two_prefixes() -> None:
    texts = RenderedTexts(10_000)
    for prefix in ("answer-1", "answer-2", "answer-1"):
        assert texts.html(TEXT, prefix) == markdown.render(TEXT, prefix)


def test_what_was_shown_last_stays_within_the_limit(rendered: list[str]) -> None:
    texts = RenderedTexts(3 * 700)
    for number in (1, 2, 1, 3, 4, 1):
        texts.html("word " * 100, f"answer-{number}")
    assert len(texts) == 3
    assert len(rendered) == 4


def test_a_text_beyond_the_limit_is_shown_and_not_kept() -> None:
    texts = RenderedTexts(500)
    assert texts.html("word " * 100, "answer-1") == markdown.render("word " * 100, "answer-1")
    assert len(texts) == 0


@pytest.mark.django_db
def test_an_answer_is_kept_once_it_has_ended(
    owner: User, rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rendered_texts, "ended", RenderedTexts(10_000))
    run = running(owner, worker())
    keep(run, "Some ", "words")

    def html() -> str:
        return answer_view.answer(answer_rows.load(run.message_id)).content.html

    assert "Some words" in html()
    keep(run, " more")
    assert "Some words more" in html()
    assert len(rendered_texts.ended) == 0
    Generation.objects.filter(pk=run.pk).update(status=Generation.Status.FINISHED)
    Message.objects.filter(pk=run.message_id).update(text="All of it")
    assert "All of it" in html()
    assert "All of it" in html()
    assert rendered == ["Some words", "Some words more", "All of it"]
