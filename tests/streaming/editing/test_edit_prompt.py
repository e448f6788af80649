"""A prompt in other words: next to the first one, once, and with nothing lost."""

from __future__ import annotations

import uuid
from functools import partial

import pytest

from conversations import branches
from conversations.models import Conversation, Message
from streaming.catalog.model_menu import ModelChoice
from streaming.editing import actions
from streaming.models import Generation
from streaming.runs.refusals import Refused
from tests.support.document import parse
from tests.support.isolation.database import locked_database
from tests.support.living import PREFILLER, TELLER, Answering, Living
from tests.support.tabs import Tab, place_of

CHOICE = ModelChoice("puppet", TELLER)


async def asked(living: Living, generation: Generation) -> Message:
    """The prompt that this run answers."""
    message = await living.message(generation.message_id)
    assert message.parent_id is not None
    return await living.message(message.parent_id)


async def edited(living: Living, prompt: Message, text: str) -> Answering:
    change = partial(actions.edit_prompt, living.owner, uuid.uuid4(), prompt, text, CHOICE)
    run = await living.do(change)
    return Answering(living, run.pk, await living.puppet.talk())


async def texts(living: Living) -> list[str]:
    """The thread that is shown."""
    conversation = await living.do(Conversation.objects.get)
    return [turn.text for turn in await living.do(lambda: branches.history(conversation.leaf_id))]


async def test_an_edited_prompt_is_asked_next_to_the_first_one(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    second = await living.ended("Two.", conversation=first.conversation, prompt="Second")
    again = await edited(living, await asked(living, second), "Second, better")
    assert [text for _, text in again.talk.turns] == ["First", "One.", "Second, better"]
    await again.says("Three.")
    await again.finishes()
    assert await texts(living) == ["First", "One.", "Second, better", "Three."]
    kept = await living.do(lambda: branches.history(second.message_id))
    assert [turn.text for turn in kept] == ["First", "One.", "Second", "Two."]


async def test_the_first_prompt_of_a_conversation_can_be_edited(living: Living) -> None:
    first = await living.ended("One.", prompt="First")
    again = await edited(living, await asked(living, first), "Other")
    assert again.talk.turns == [("user", "Other")]
    await again.finishes()
    thread = await living.do(lambda: branches.newest(Conversation.objects.get()).messages)
    siblings = await living.do(partial(branches.siblings, thread))
    assert len(siblings[thread[0].pk]) == 2


async def test_an_answer_is_no_prompt(living: Living) -> None:
    first = await living.ended("One.")
    message = await living.message(first.message_id)
    with pytest.raises(Refused, match="Only a prompt"):
        await living.do(
            lambda: actions.edit_prompt(living.owner, uuid.uuid4(), message, "Else", CHOICE)
        )


async def post(
    living: Living, tab: Tab, run: Generation, htmx: bool = False, **fields: str
) -> tuple[int, str]:
    prompt = await asked(living, run)
    said = {"text": "In other words", "model": CHOICE.value} | fields
    reply = await tab.post(f"/m/{prompt.pk}/edit/", htmx=htmx, **said)
    return reply.status_code, reply.content.decode()


async def test_r8_the_same_edit_twice_is_asked_once(living: Living, tab: Tab) -> None:
    run = await living.ended("One.")
    key = str(uuid.uuid4())
    for _ in range(2):
        assert (await post(living, tab, run, key=key))[0] == 303
    assert await living.do(Message.objects.count) == 4
    assert await living.do(Generation.objects.count) == 2
    await (await living.puppet.talk()).finish()
    assert len(living.puppet.talks) == 2


async def test_without_script_the_editor_is_a_page_that_leads_back(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("One.", prompt="<b>First</b>\n\n  indented")
    prompt = await asked(living, run)
    page = await tab.page(f"/m/{prompt.pk}/edit/")
    assert page.one("name", "text").text() == "\n<b>First</b>\n\n  indented"
    [chosen] = page.all("selected")
    assert chosen.attributes["value"] == CHOICE.value
    reply = await tab.post(f"/m/{prompt.pk}/edit/", text="Second", model=f"puppet/{PREFILLER}")
    assert reply.status_code == 303
    assert place_of(reply) == f"/c/{run.conversation_id}/"
    assert (await living.do(lambda: Generation.objects.latest("pk"))).model == PREFILLER


async def test_htmx_is_given_the_editor_and_then_the_new_branch(living: Living, tab: Tab) -> None:
    first = await living.ended("One.", prompt="First")
    run = await living.ended("Two.", conversation=first.conversation, prompt="Second")
    prompt = await asked(living, run)
    page = (await tab.watch(run.conversation_id)).page
    opener = page.one("id", f"message-{prompt.pk}").one("data-action", "edit")
    reply = await tab.get(opener.attributes["hx-get"], **{"HX-Request": "true"})
    editor = parse(reply.content.decode())
    assert editor.one("data-action", "save-edit").tag == "button"
    assert editor.one("data-editor", str(prompt.pk)).attributes["method"] == "post"
    page.swap((await post(living, tab, run, htmx=True))[1])
    shown = [element.text().strip() for element in page.all("class", "message__text")]
    assert shown == ["First", "In other words"]
    assert page.all("data-siblings")[0].attributes["aria-label"] == "Prompt 2 of 2"


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " \n"}, "Write something first."),
        ({"model": "puppet/none"}, "has no model"),
        ({"key": "7"}, "out of date"),
    ],
)
async def test_r9_a_bad_edit_says_why_and_keeps_its_text(
    living: Living, tab: Tab, fields: dict[str, str], sentence: str, htmx: bool
) -> None:
    run = await living.ended("One.")
    status, body = await post(living, tab, run, htmx, **fields)
    assert status == 400
    assert sentence in body
    if not htmx:
        written = parse(body).one("name", "text").text()
        assert written == "\n" + fields.get("text", "In other words")
    assert await living.do(Generation.objects.count) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_r10_nothing_is_edited_while_an_answer_is_written(
    living: Living, tab: Tab, htmx: bool
) -> None:
    answer = await living.answering()
    run = await living.run(answer.pk)
    status, body = await post(living, tab, run, htmx)
    assert status == 409
    assert "still being written" in body
    assert htmx or parse(body).one("name", "text").text() == "\nIn other words"
    assert await living.do(Message.objects.count) == 2


@pytest.mark.parametrize("htmx", [False, True])
async def test_e14_a_database_that_cannot_be_written_is_told(
    impatient: None, living: Living, tab: Tab, htmx: bool
) -> None:
    run = await living.ended("One.")
    prompt = await asked(living, run)
    with locked_database():
        reply = await tab.post(f"/m/{prompt.pk}/edit/", htmx=htmx, text="Else", model=CHOICE.value)
    assert reply.status_code == 503
    assert "The server cannot save right now." in reply.content.decode()
