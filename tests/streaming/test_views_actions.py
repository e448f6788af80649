"""What can be done to an answer, by plain forms and by htmx, by its owner and by nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from streaming.models import Generation
from tests.support.document import parse
from tests.support.isolation.database import locked_database
from tests.support.living import PREFILLER, Answering, Living
from tests.support.rows import running
from tests.support.tabs import Tab, place_of

ACTIONS = ("resume", "undo-resume", "regenerate", "retry", "show")


async def cut(living: Living, text: str = "So far, ") -> Generation:
    """An answer that was stopped after this text."""
    answer = await living.answering(model=PREFILLER)
    if text:
        await answer.says(text)
    return await answer.stops()


async def resumed(living: Living) -> Generation:
    generation = await cut(living)
    again = await living.resuming(generation.message_id)
    await again.says("so good.")
    return await again.finishes()


async def empty(living: Living) -> Generation:
    return await cut(living, "")


# An answer to which the action can be done
READY: Mapping[str, Callable[[Living], Awaitable[Generation]]] = {
    "resume": cut,
    "undo-resume": resumed,
    "regenerate": cut,
    "retry": empty,
    "show": cut,
}
BEGINS = ("resume", "regenerate", "retry")


async def shown(tab: Tab, run: Generation) -> list[str]:
    page = await tab.page(f"/c/{run.conversation_id}/")
    return [answer.text().strip() for answer in page.all("data-answer")]


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_plain_form_leads_back_to_the_answer(living: Living, tab: Tab, action: str) -> None:
    generation = await READY[action](living)
    reply = await tab.post(f"/m/{generation.message_id}/{action}/")
    assert reply.status_code == 303
    assert place_of(reply) == f"/c/{generation.conversation_id}/"
    assert "#message-" in reply["Location"]
    assert (await tab.get(place_of(reply))).status_code == 200


@pytest.mark.parametrize("action", ACTIONS)
async def test_htmx_is_given_what_changed(living: Living, tab: Tab, action: str) -> None:
    generation = await READY[action](living)
    page = (await tab.watch(generation.conversation_id)).page
    reply = await tab.post(f"/m/{generation.message_id}/{action}/", htmx=True)
    assert reply.status_code == 200
    page.swap(reply.content.decode())
    [article] = page.all("data-role", "assistant")
    loaded = (await tab.watch(generation.conversation_id)).page
    [wanted] = loaded.all("data-role", "assistant")
    for name in ("data-message", "data-status", "data-generation", "data-cursor"):
        assert article.attributes[name] == wanted.attributes[name]
    assert article.one("data-answer").shown() == wanted.one("data-answer").shown()
    state = "running" if action in BEGINS else "idle"
    assert page.one("data-controls").attributes["data-state"] == state


async def test_resuming_goes_on_in_the_same_message(living: Living, tab: Tab) -> None:
    generation = await cut(living)
    await tab.post(f"/m/{generation.message_id}/resume/")
    talk = await living.puppet.talk()
    assert talk.turns[-1] == ("assistant", "So far,")
    newest = await living.do(lambda: Generation.objects.latest("pk"))
    again = Answering(living, newest.pk, talk)
    await again.says("so good.")
    await again.finishes()
    assert await shown(tab, generation) == ["So far, so good."]


async def test_undoing_a_resume_shows_the_text_before_it(living: Living, tab: Tab) -> None:
    generation = await resumed(living)
    await tab.post(f"/m/{generation.message_id}/undo-resume/")
    assert await shown(tab, generation) == ["So far,"]


async def test_showing_a_sibling_shows_its_branch(living: Living, tab: Tab) -> None:
    first = await cut(living)
    await tab.post(f"/m/{first.message_id}/regenerate/")
    talk = await living.puppet.talk()
    await talk.say("Another.")
    await talk.finish()
    newest = await living.do(lambda: Generation.objects.latest("pk"))
    await living.until_ended(newest.pk)
    assert await shown(tab, first) == ["Another."]
    page = (await tab.watch(first.conversation_id)).page
    steps = page.all("data-action", "previous")
    assert len(steps) == 1
    assert page.all("data-action", "next") == []
    await tab.post(f"/m/{first.message_id}/show/")
    assert await shown(tab, first) == ["So far,"]


@pytest.mark.parametrize("action", BEGINS)
async def test_r8_the_same_form_twice_begins_once(living: Living, tab: Tab, action: str) -> None:
    generation = await READY[action](living)
    key = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):
        reply = await tab.post(f"/m/{generation.message_id}/{action}/", key=key)
        assert reply.status_code == 303
    assert await living.do(Generation.objects.count) == 2


REFUSED = [
    ("resume", empty, "cannot be resumed"),
    ("undo-resume", cut, "no finished resume"),
    ("retry", cut, "has text already"),
]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("action", "ready", "sentence"), REFUSED)
async def test_what_cannot_be_done_is_refused_with_a_sentence(
    living: Living,
    tab: Tab,
    action: str,
    ready: Callable[[Living], Awaitable[Generation]],
    sentence: str,
    htmx: bool,
) -> None:
    generation = await ready(living)
    reply = await tab.post(f"/m/{generation.message_id}/{action}/", htmx=htmx)
    assert reply.status_code == 409
    assert sentence in parse(reply.content.decode()).one("id", "notice").text()
    assert await living.do(Generation.objects.count) == 1


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_form_without_its_key_is_refused(living: Living, tab: Tab, action: str) -> None:
    generation = await READY[action](living)
    before = await living.do(Generation.objects.count)
    for key in ("", "7"):
        reply = await tab.post(f"/m/{generation.message_id}/{action}/", key=key)
        assert reply.status_code == 409
        assert "Reload the page" in reply.content.decode()
    assert await living.do(Generation.objects.count) == before


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("action", ACTIONS)
async def test_e14_a_database_that_cannot_be_written_is_told(
    impatient: None, living: Living, tab: Tab, action: str, htmx: bool
) -> None:
    generation = await READY[action](living)
    with locked_database():
        reply = await tab.post(f"/m/{generation.message_id}/{action}/", htmx=htmx)
    assert reply.status_code == 503
    assert "The server cannot save right now." in reply.content.decode()


@pytest.mark.parametrize("action", ACTIONS)
async def test_it_is_a_post(living: Living, tab: Tab, action: str) -> None:
    generation = await cut(living)
    reply = await tab.get(f"/m/{generation.message_id}/{action}/")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")


@pytest.mark.parametrize("action", ACTIONS)
async def test_a_signed_out_visitor_is_led_to_the_door(living: Living, action: str) -> None:
    generation = await cut(living)
    reply = await Tab().post(f"/m/{generation.message_id}/{action}/")
    assert (reply.status_code, place_of(reply)) == (302, "/login/")
    assert await living.do(Generation.objects.count) == 1


@pytest.mark.parametrize("action", ACTIONS)
async def test_r11_another_persons_answer_is_as_little_there_as_none(
    living: Living, tab: Tab, action: str
) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    worker_id = living.site.lease.worker_id
    theirs = await living.do(lambda: running(other, worker_id, "Private", status="cancelled"))
    replies = [await tab.post(f"/m/{pk}/{action}/") for pk in (theirs.message_id, 0, 10**6, 10**30)]
    assert [reply.status_code for reply in replies] == [404] * 4
    assert len({reply.content for reply in replies}) == 1
    leaf = await living.do(lambda: Conversation.objects.get(owner=other).leaf_id)
    assert leaf == theirs.message_id
    assert await living.do(Message.objects.count) == 2
