"""An answer as the templates see it: its life in segments, and what can be done with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from streaming.live.answers import answer_rows, answer_view
from streaming.live.answers.answer_view import AnswerView
from streaming.models import Generation
from tests.support.rows import keep, running, worker

pytestmark = pytest.mark.django_db


def lived(owner: User, text: str, *runs: dict[str, Any]) -> Message:
    """An answer of that text, written by these runs."""
    first, *others = runs
    generation = running(owner, worker(), **first)
    for other in others:
        Generation.objects.create(
            conversation=generation.conversation,
            message=generation.message,
            requested_by=owner,
            request_key=f"00000000-0000-4000-8000-{Generation.objects.count():012}",
            **{"provider": "puppet", "model": "teller"} | other,
        )
    Message.objects.filter(pk=generation.message_id).update(text=text)
    return Message.objects.select_related("conversation").get(pk=generation.message_id)


def seen(owner: User, text: str, *runs: dict[str, Any]) -> AnswerView:
    return answer_view.answer(answer_rows.load(lived(owner, text, *runs).pk))


CUT = {"status": "cancelled"}
DONE = {"status": "finished", "finish_reason": "stop"}


def resumed(at: int, **fields: Any) -> dict[str, Any]:
    return {"resume_mode": "instruct", "start_offset": at, **DONE, **fields}


# Segments


def test_one_run_is_one_segment(owner: User) -> None:
    found = seen(owner, "x" * 50, DONE)
    assert [(one.start, one.size, one.resumed) for one in found.life.segments] == [(0, 1000, False)]
    assert list(found.life.cuts) == []


def test_segments_lie_where_their_text_lies_and_are_the_whole_line(owner: User) -> None:
    found = seen(owner, "x" * 300, CUT, resumed(100, **CUT), resumed(200))
    assert [(one.start, one.size) for one in found.life.segments] == [
        (0, 333),
        (333, 333),
        (666, 334),
    ]
    assert sum(one.size for one in found.life.segments) == 1000
    assert [cut.at for cut in found.life.cuts] == [333, 666]
    assert found.facts.resumed == 2


def test_an_answer_without_text_has_no_segments(owner: User) -> None:
    assert list(seen(owner, "", CUT).life.segments) == []


def test_a_run_that_was_retried_wrote_nothing_and_has_no_segment(owner: User) -> None:
    found = seen(owner, "x" * 10, {"status": "failed"}, DONE)
    assert [(one.start, one.size, one.resumed) for one in found.life.segments] == [(0, 1000, False)]


def test_a_cut_names_the_run_that_went_on_there(owner: User) -> None:
    found = seen(
        owner,
        "x" * 100,
        {**CUT, "model": "first"},
        resumed(50, **CUT, model="second"),
        resumed(100, **CUT, model="third"),
    )
    [cut] = found.life.cuts
    assert cut.at == 500
    assert "with second" in cut.title


def test_what_was_undone_is_not_part_of_the_line(owner: User) -> None:
    message = lived(owner, "x" * 50, CUT, resumed(50))
    Generation.objects.filter(resume_mode="instruct").update(undone_at="2026-01-01T00:00Z")
    found = answer_view.answer(answer_rows.load(message.pk))
    assert [(one.start, one.size) for one in found.life.segments] == [(0, 1000)]
    assert (found.status, found.facts.resumed) == ("cancelled", 0)


# What can be done


@pytest.mark.parametrize(
    ("text", "runs", "can"),
    [
        ("text", [DONE], "regenerate"),
        ("", [DONE], "regenerate retry"),
        ("text", [CUT], "resume regenerate"),
        ("", [CUT], "regenerate retry"),
        (" \n", [CUT], "regenerate retry"),
        ("text", [{"status": "interrupted"}], "resume regenerate"),
        ("text", [{"status": "failed", "error_code": "upstream_timeout"}], "resume regenerate"),
        ("text", [{"status": "failed", "error_code": "upstream_auth"}], "regenerate"),
        ("", [{"status": "failed", "error_code": "upstream_auth"}], "regenerate"),
        ("", [{"status": "failed", "error_code": "upstream_overloaded"}], "regenerate retry"),
        ("text", [{"status": "finished", "finish_reason": "length"}], "resume regenerate"),
        ("text", [{"status": "finished", "finish_reason": "content_filter"}], "regenerate"),
        ("text", [CUT, resumed(2)], "regenerate undo"),
        ("text", [CUT, resumed(2, **CUT)], "resume regenerate undo"),
        ("text", [{"status": "running"}], ""),
    ],
)
def test_an_answer_offers_what_can_help(
    owner: User, text: str, runs: list[dict[str, Any]], can: str
) -> None:
    found = seen(owner, text, *runs)
    offered = [
        name for name in ("resume", "regenerate", "retry", "undo") if getattr(found.offers, name)
    ]
    assert offered == can.split()


def test_only_the_last_answer_of_the_thread_changes_others_are_written_anew(owner: User) -> None:
    message = lived(owner, "text", CUT)
    Message.objects.create(conversation=message.conversation, parent=message, role="user", text="?")
    Conversation.objects.update(leaf=Message.objects.latest("pk"))
    found = answer_view.answer(answer_rows.load(message.pk))
    assert found.offers.regenerate
    assert not (found.offers.resume or found.offers.retry or found.offers.undo)


def test_siblings_are_counted_and_lead_to_each_other(owner: User) -> None:
    first = lived(owner, "First.", DONE)
    others = [
        Message.objects.create(
            conversation=first.conversation, parent=first.parent, role="assistant", text=text
        )
        for text in ("Second.", "Third.")
    ]
    pks = [first.pk, *(other.pk for other in others)]
    found = [answer_view.answer(answer_rows.load(pk)) for pk in pks]
    assert [(one.siblings.index, one.siblings.count) for one in found] == [(1, 3), (2, 3), (3, 3)]
    assert [one.siblings.previous for one in found] == [None, pks[0], pks[1]]
    assert [one.siblings.next for one in found] == [pks[1], pks[2], None]


# What it says


def test_r3_a_running_answer_is_its_kept_text_and_its_journal(owner: User) -> None:
    generation = running(owner, worker(), "Kept, ")
    keep(generation, ("reasoning", "Hm."), "*More*.")
    found = answer_view.answer(answer_rows.load(generation.message_id))
    assert (found.status, found.content.cursor, found.content.reasoning) == ("running", 2, "Hm.")
    assert "<em>More</em>" in found.content.html
    assert "Kept," in found.content.html


def test_thoughts_after_a_whole_sentence_stand_after_it(owner: User) -> None:
    generation = running(owner, worker(), "Kept. ")
    keep(generation, ("reasoning", "Hm."), ("thought", "2000"), "*More*.")
    content = answer_view.answer(answer_rows.load(generation.message_id)).content
    assert (content.reasoning, [part.place for part in content.rest]) == ("", ["p0", "p1"])
    thoughts, more = content.rest
    assert (thoughts.thoughts, thoughts.label) == ("Hm.", "Thought for 2 s")
    assert "<em>More</em>" in more.html
    assert "Kept." in content.html


def test_a_finished_answer_without_text_says_so(owner: User) -> None:
    assert seen(owner, "", DONE).content.empty
    assert not seen(owner, "text", DONE).content.empty
    assert not seen(owner, "", CUT).content.empty


def test_r13_an_answer_is_never_markup_of_its_own(owner: User) -> None:
    found = seen(owner, "<script>alert(1)</script><img src=x onerror=y>", DONE)
    assert "<script" not in found.content.html
    assert "<img" not in found.content.html


def test_an_answer_that_no_run_wrote_is_just_a_text(owner: User) -> None:
    message = lived(owner, "Imported.", DONE)
    Generation.objects.all().delete()
    found = answer_view.answer(answer_rows.load(message.pk))
    assert (found.status, found.generation, found.facts.model) == ("finished", None, "")
    assert found.offers.regenerate
    assert not (found.offers.resume or found.offers.undo)
