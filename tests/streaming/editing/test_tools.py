"""The text of a message taken elsewhere, and another answer from a model chosen there."""

from __future__ import annotations

import uuid

import pytest

from conversations.branching import copying
from streaming.details.plain_text import plain_text
from streaming.models import Generation
from tests.support import rows
from tests.support.living import PREFILLER, Living
from tests.support.tabs import Tab

MARKDOWN = "# Title\n\nSome **bold** `code`.\n\n- one\n- two\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"


async def test_an_answer_is_copied_as_markdown_or_as_text(living: Living, tab: Tab) -> None:
    run = await living.ended(MARKDOWN)
    page = (await tab.watch(run.conversation_id)).page
    answer = page.all("data-role", "assistant")[-1]
    found = []
    for action in ("copy", "copy-text"):
        reply = await tab.get(answer.one("data-action", action).attributes["href"])
        assert reply["Content-Type"] == "text/plain; charset=utf-8"
        found.append(reply.content.decode())
    assert found == [MARKDOWN, "Title\n\nSome bold code.\n\n• one\n• two\n\nA\tB\n1\t2\n"]


async def test_a_copy_has_a_blank_line_where_it_leaves_out_a_call(living: Living, tab: Tab) -> None:
    answer = await living.do(lambda: rows.answer_in_parts(living.owner))
    found = [
        (await tab.get(f"/m/{answer.pk}/source/{query}")).content.decode()
        for query in ("", "?as=text")
    ]
    assert found == ["Let me *look*.\n\nIt is **3**.", "Let me look.\n\nIt is 3.\n"]


async def test_a_branch_has_the_text_of_an_answer_in_one(living: Living) -> None:
    answer = await living.do(lambda: rows.answer_in_parts(living.owner))
    branch = await living.do(lambda: copying.copy(answer, uuid.uuid4(), answer.text))
    copied = await living.do(lambda: branch.messages.get(role="assistant"))
    assert (copied.text, copied.parts, copied.tool_calls) == (answer.text, [], [])


async def test_words_are_marked_in_every_text_of_an_answer_and_the_first_is_named(
    living: Living, tab: Tab
) -> None:
    answer = await living.do(lambda: rows.answer_in_parts(living.owner))
    where = f"/c/{answer.conversation_id}/?at={answer.pk}&q="
    for words, marked in (("look", [1, 0]), ("3", [0, 1]), ("e", [1, 0])):
        page = await tab.page(f"{where}{words}")
        texts = page.all("data-answer")
        assert [len(text.all("data-found")) for text in texts] == marked


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>a &amp; b</p><p>c<br>d</p>", "a & b\n\nc\nd\n"),
        (
            "<ol start=3><li>a</li><li>b<ul><li><p>c</p><p>d</p></li></ul></li></ol>",
            "3. a\n4. b\n  • c\nd\n",
        ),
        (
            '<div><div class="block__head"><span>py</span></div><pre><code>x\n\n  y\n</code></pre>'
            "</div><p>z</p>",
            "x\n\n  y\n\nz\n",
        ),
        ("<p>a <em>b</em> <strong>c</strong></p>", "a b c\n"),
        ("", "\n"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


async def test_a_prompt_is_quoted_without_script(living: Living, tab: Tab) -> None:
    run = await living.ended("One.\n\nTwo.")
    page = (await tab.watch(run.conversation_id)).page
    link = page.all("data-action", "quote")[-1].attributes["href"]
    shown = await tab.page(link.partition("#")[0])
    assert shown.one("name", "prompt").text() == "\n> One.\n> \n> Two.\n\n"
    reply = await tab.get(f"/c/{run.conversation_id}/?quote=1000000")
    assert reply.status_code == 404


async def test_another_model_is_chosen_on_a_page_without_script(living: Living, tab: Tab) -> None:
    run = await living.ended("One.")
    page = await tab.page(f"/m/{run.message_id}/regenerate-with/")
    form = page.one("id", f"regenerate-with-{run.message_id}")
    values = [each.attributes["value"] for each in form.all("value")]
    assert f"puppet/{PREFILLER}" in values
    reply = await tab.post(form.attributes["action"], model=f"puppet/{PREFILLER}")
    assert reply.status_code == 303
    newest = await living.do(lambda: Generation.objects.select_related("message").latest("pk"))
    assert newest.model == PREFILLER
    assert newest.message.parent_id == run.message.parent_id
    prompt = run.message.parent_id
    assert (await tab.get(f"/m/{prompt}/regenerate-with/")).status_code == 404


async def test_an_answer_in_the_middle_of_a_thread_can_be_regenerated(
    living: Living, tab: Tab
) -> None:
    first = await living.ended("One.")
    await living.ended("Two.", conversation=first.conversation, prompt="Second")
    page = (await tab.watch(first.conversation_id)).page
    assert len(page.all("data-action", "regenerate")) == 2
    assert (await tab.post(f"/m/{first.message_id}/regenerate/")).status_code == 303
    page = (await tab.watch(first.conversation_id)).page
    assert page.one("data-siblings").attributes["aria-label"] == "Answer 2 of 2"
