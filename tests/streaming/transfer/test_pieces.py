"""The parts of an answer stand in a file in the order in which they came, and none is lost."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.files import attached, keeping
from conversations.models import Conversation, Message
from streaming.journal.entries import REASONING
from streaming.transfer.outgoing import conversations, pages
from tests.support import rows
from tests.support.document import parse
from tests.support.files.rows import document_of, picture_of
from tests.support.rows import RESULT, TEXTS, THOUGHTS
from tests.support.sample_files import png

pytestmark = pytest.mark.django_db

IN_ORDER = THOUGHTS[0], TEXTS[0], '{"of": 3}', RESULT, THOUGHTS[1], TEXTS[1]
WRITES = {"md": pages.markdown, "html": pages.html}


def file(conversation: Conversation, kind: str) -> str:
    conversation.refresh_from_db()
    return "".join(WRITES[kind](conversation))


def in_order(words: tuple[str, ...], file: str) -> bool:
    places = [file.find(each) for each in words]
    return -1 not in places and places == sorted(places)


def test_a_markdown_file_has_them_in_their_order(owner: User) -> None:
    assert in_order(IN_ORDER, file(rows.answer_in_parts(owner).conversation, "md"))


def test_a_page_has_them_in_their_order_and_rendered(owner: User) -> None:
    page = file(rows.answer_in_parts(owner).conversation, "html")
    shown = parse(page[page.index("<main") :]).text()
    plain = [each.replace("*", "") for each in IN_ORDER]
    assert in_order(tuple(plain), shown)
    assert "<em>look</em>" in page and "<strong>3</strong>" in page and RESULT not in page


@pytest.mark.parametrize("kind", WRITES)
def test_one_that_is_being_written_is_there_as_far_as_it_is(owner: User, kind: str) -> None:
    run = rows.running(owner, rows.worker())
    start = json.dumps({"index": 0, "id": "c", "name": "count"})
    rows.keep(run, (REASONING, "Hm."), "One.", ("tool_start", start), "Two. ", (REASONING, "Aha."))
    rows.keep(run, "Three.")
    words = "Hm.", "One.", "count", "Two.", "Aha.", "Three."
    assert in_order(words, file(run.conversation, kind))
    written = json.loads("".join(conversations.written(run.conversation)))
    kinds = [part["kind"] for part in written["messages"][-1]["parts"]]
    assert kinds == ["thought", "text", "call", "text", "thought", "text"]


@pytest.mark.parametrize(("kind", "expected"), [("md", "](http"), ("html", "data:image/png")])
def test_pictures_stand_where_they_came(owner: User, kind: str, expected: str) -> None:
    answer = rows.answer_in_parts(owner)
    kept = keeping.keep(owner.pk, answer.pk, png(), "image/png", "a cat.png")
    picture = {"file": str(kept.pk), "name": kept.name, "width": 1, "height": 1}
    row: dict[str, Any] = {"kind": "picture", "generation": answer.parts[0]["generation"]}
    answer.parts.insert(2, row | {"picture": picture})
    Message.objects.filter(pk=answer.pk).update(parts=answer.parts)
    page = file(answer.conversation, kind)
    words = ("look", "a cat.png", "of")
    assert in_order(words, page[page.index("look") :]) and expected in page


def test_a_picture_of_somebody_else_is_not_in_it(owner: User) -> None:
    other = User.objects.create_user("other")
    answer = rows.answer_in_parts(other)
    kept = keeping.keep(other.pk, answer.pk, png(), "image/png", "a cat.png")
    mine = rows.answer_in_parts(owner)
    for pk in (str(kept.pk), str(uuid.uuid4())):
        Message.objects.filter(pk=mine.pk).update(
            parts=[{"kind": "picture", "picture": {"file": pk}, "generation": 1}]
        )
        assert "data:image" not in file(mine.conversation, "html")


def test_files_of_a_prompt_are_named_in_their_place(owner: User) -> None:
    answer = rows.answer_in_parts(owner)
    asked = answer.parent
    assert asked is not None
    files = [picture_of(owner, "a [cat].png"), document_of(owner, "Two", "<b>.txt", pages=3)]
    attached.hang(asked, files)
    there = [f"/f/{each.pk}/" for each in files]
    md = file(answer.conversation, "md")
    assert in_order((asked.text, "Picture: [a \\[cat\\].png]", *there, "look"), md)
    assert "Document: [\\<b\\>.txt](" in md and "9\xa0bytes" in md
    page = file(answer.conversation, "html")
    assert in_order((asked.text, "a [cat].png", "&lt;b&gt;.txt"), page[page.index("<main") :])
    assert all(each in page for each in there)
    written = json.loads("".join(conversations.written(answer.conversation)))
    [told] = [row["files"] for row in written["messages"] if row.get("files")]
    facts = [[each.get(name) for name in ("kind", "size", "width", "pages")] for each in told]
    assert facts == [["image", 9, 60, None], ["document", 3, None, 3]]
