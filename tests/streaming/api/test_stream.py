"""An answer as an address: caught up, followed, ended, and resumed at the exact character."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User

from chatsite.tokens.models import AccessToken
from streaming import actions, lifecycle
from streaming.cluster.bus import Topic
from streaming.editing import answers
from streaming.live.sockets import Sockets
from streaming.trash import actions as trash
from tests.streaming.api.reading import Follower, Stream, catch_up, following, token_of
from tests.support.living import PREFILLER, Living, alive, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

SAID = (
    "The quick 🦊 jumps over the lazy dog, é and all, and then it sits down for a while to think. "
)


async def test_it_catches_up_follows_and_ends(living: Living) -> None:
    token, answer = await token_of(living), await living.answering()
    await answer.says("A *line* ", "of ")
    message = (await living.run(answer.pk)).message_id
    async with following(message, token) as reading:
        await reading.reads("A *line* of ")
        await answer.says("people 🙂")
        await reading.reads("A *line* of people 🙂")
        await answer.finishes()
        end = await reading.ends()
    assert (end["event"], end["status"], end["finish_reason"]) == ("end", "finished", "stop")
    assert end["characters"] == len("A *line* of people 🙂")
    assert end["cursor"] == f"{answer.pk}.{end['characters']}.end"
    assert reading.stream.headers["cache-control"] == "no-store"


async def test_every_cursor_leads_to_the_same_text_while_it_runs_and_after(living: Living) -> None:
    token, answer = await token_of(living), await living.answering()
    message = (await living.run(answer.pk)).message_id
    await answer.says(SAID)
    for offset in range(0, len(SAID) + 1, 7):
        known = Follower(SAID[:offset], cursor=f"{answer.pk}.{offset}")
        async with following(message, token, known) as reading:
            await reading.reads(SAID)
    await answer.says("And on.")
    await answer.finishes()
    for offset in range(0, len(SAID) + 8, 5):
        known = Follower((SAID + "And on.")[:offset], cursor=f"{answer.pk}.{offset}")
        assert (await catch_up(message, token, known))["event"] == "end"
        assert known.text == SAID + "And on."
        assert "undo" not in known.names


async def test_a_resume_goes_on_in_the_same_numbering(living: Living) -> None:
    token = await token_of(living)
    first = await living.answering("Tell me", model=PREFILLER)
    await first.says(SAID)
    run = await first.stops()
    known = Follower()
    assert (await catch_up(run.message_id, token, known))["status"] == "cancelled"
    again = await living.resuming(run.message_id)
    async with following(run.message_id, token, known) as reading:
        await again.says("rabbits.")
        await reading.reads(SAID + "rabbits.")
        await again.finishes()
        assert (await reading.ends())["status"] == "finished"
    assert known.cursor == f"{again.pk}.{len(SAID) + 8}.end"
    assert "undo" not in known.names


async def test_an_answer_that_goes_on_automatically_has_not_ended(
    transactional_db: None, owner: User, settings: Any
) -> None:
    settings.BACK_OFF_SECONDS = (0.01,)
    async with alive(owner, settings) as living:
        token, answer = await token_of(living), await living.answering("Tell", model=PREFILLER)
        await answer.says(SAID)
        async with following((await living.run(answer.pk)).message_id, token) as reading:
            await reading.reads(SAID)
            await answer.talk.cut()
            going_on = await living.puppet.talk()
            await going_on.say("rabbits.")
            await reading.reads(SAID + "rabbits.")
            await going_on.finish()
            assert (await reading.ends())["status"] == "finished"


async def test_an_undo_is_told_with_what_stands(living: Living) -> None:
    token = await token_of(living)
    first = await living.answering("Tell me", model=PREFILLER)
    await first.says(SAID)
    run = await first.stops()
    again = await living.resuming(run.message_id)
    await again.says("rabbits.")
    await again.stops()
    known = Follower()
    await catch_up(run.message_id, token, known)
    assert known.text == SAID + "rabbits."
    message = await living.message(run.message_id)
    await living.do(lambda: actions.undo_resume(living.owner, uuid.uuid4(), message))
    await catch_up(run.message_id, token, known)
    assert known.text == SAID
    [undo] = [event for event in known.events if event["event"] == "undo"]
    assert undo["from"] == len(SAID)
    last = await living.resuming(run.message_id)
    await last.says("hares.")
    await last.finishes()
    await catch_up(run.message_id, token, known)
    assert known.text == SAID + "hares."
    old = Follower(SAID + "rab", cursor=f"{again.pk}.{len(SAID) + 3}")
    await catch_up(run.message_id, token, old)
    assert old.text == SAID + "hares."


async def test_an_edit_is_told_and_so_is_its_undo(living: Living) -> None:
    token, run = await token_of(living), await living.ended(SAID)
    known, early = Follower(), Follower(SAID[:4], cursor=f"{run.pk}.4")
    await catch_up(run.message_id, token, known)
    edited = SAID.replace("quick", "slow")
    message = await living.message(run.message_id)
    edit = await living.do(
        lambda: answers.edit_answer(living.owner, uuid.uuid4(), message, edited, run.pk)
    )
    assert edit is not None
    for reader in (known, early):
        await catch_up(run.message_id, token, reader)
        assert reader.text == edited
        assert "edit" in reader.names
    await living.do(lambda: answers.undo_edit(edit))
    await catch_up(run.message_id, token, known)
    assert known.text == SAID
    assert known.names[-3:] == ["undo", "text", "end"]


async def test_a_deletion_is_told_to_who_follows_and_nothing_is_there_after(
    living: Living, tab: Tab
) -> None:
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    async with following(run.message_id, token) as reading:
        await reading.reads("So far")
        await living.do(
            lambda: trash.delete_conversation(living.owner, uuid.uuid4(), run.conversation)
        )
        assert (await reading.ends())["event"] == "deleted"
    gone = Stream(run.message_id, authorization=f"Bearer {token}")
    await gone.begin()
    assert gone.status == 404


async def test_reasoning_and_tool_calls_are_told_once(living: Living) -> None:
    token, answer = await token_of(living), await living.answering()
    await answer.talk.think("Hm, 🤔 ")
    await living.until_kept(answer.pk, "Hm, 🤔 ", "reasoning")
    run, known = await living.run(answer.pk), Follower()
    async with following(run.message_id, token, known) as reading:
        await answer.says("Let me look.")
        await reading.reads("Let me look.")
    call = {"index": 0, "id": "c1", "function": {"name": "look", "arguments": '{"at": 1}'}}
    await answer.talk.event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})
    await answer.finishes("tool_calls")
    await catch_up(run.message_id, token, known)
    await catch_up(run.message_id, token, known)
    assert known.reasoning == "Hm, 🤔 "
    [told] = [event for event in known.events if event["event"] == "tool_call"]
    assert (told["name"], json.loads(told["arguments"])) == ("look", {"at": 1})


async def test_it_is_sent_as_is_preferred(living: Living) -> None:
    token, run = await token_of(living), await living.ended("One\n\ntwo 🙂")
    sent = {}
    for accept in ("*/*", "text/event-stream", "text/plain", "text/plain;q=0.1, text/html"):
        stream = Stream(run.message_id, accept=accept, authorization=f"Bearer {token}")
        await stream.begin()
        assert stream.headers["chat-cursor"] == f"{run.pk}.0"
        sent[accept] = (stream.headers["content-type"], await stream.ends())
    assert sent["*/*"] == sent["text/event-stream"]
    assert sent["text/plain"] == ("text/plain; charset=utf-8", "One\n\ntwo 🙂")
    assert sent["text/plain;q=0.1, text/html"] == sent["text/plain"]
    kind, text = sent["*/*"]
    assert kind == "text/event-stream; charset=utf-8"
    retry, first, end, rest = re.split("\n\n", text)
    assert (retry, rest) == ("retry: 2000", "")
    assert first.splitlines()[:2] == ["event: text", f"id: {run.pk}.10"]
    assert end.startswith(f"event: end\nid: {run.pk}.10.end\ndata: ")
    asked = {"Authorization": f"Bearer {token}", "Accept": "text/plain"}
    head = await Tab().request("head", f"/m/{run.message_id}/stream/", headers=asked)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Chat-Cursor"] == f"{run.pk}.0"
    refused = Stream(run.message_id, accept="image/png", authorization=f"Bearer {token}")
    await refused.begin()
    assert refused.status == 406


async def test_a_browser_that_knows_the_end_is_told_to_ask_no_more(living: Living) -> None:
    token, run = await token_of(living), await living.ended("All")
    events = {"accept": "text/event-stream", "authorization": f"Bearer {token}"}
    for cursor, status in ((f"{run.pk}.3.end", 204), (f"{run.pk}.3", 200)):
        stream = Stream(run.message_id, **events, last_event_id=cursor)
        await stream.begin()
        assert stream.status == status
        await stream.hang_up()


async def test_plain_text_resumes_by_a_number_and_refuses_what_it_cannot_tell(
    living: Living,
) -> None:
    token, run = await token_of(living), await living.ended("One two")
    plain = {"accept": "text/plain", "authorization": f"Bearer {token}"}
    stream = Stream(run.message_id, query="after=4", **plain)
    await stream.begin()
    assert await stream.ends() == "two"
    for query, status in (("after=99", 409), ("after=x", 400), ("after=999999.1", 400)):
        refused = Stream(run.message_id, query=query, **plain)
        await refused.begin()
        assert refused.status == status, query


async def test_r11_it_is_there_for_its_owner_alone(living: Living) -> None:
    run = await living.ended("Mine")
    other = await living.do(lambda: User.objects.create_user("other"))
    for user, pk, status in (
        (other, run.message_id, 404),
        (living.owner, 10**9, 404),
        (living.owner, run.message.parent_id or 0, 404),
    ):
        stream = Stream(pk, authorization=f"Bearer {await token_of(living, user)}")
        await stream.begin()
        assert stream.status == status
    nobody = Stream(run.message_id)
    await nobody.begin()
    assert nobody.status == 401


async def test_r12_it_ends_when_the_token_is_revoked_and_so_with_a_session(
    settings: Any, living: Living, tab: Tab
) -> None:
    settings.SIGN_INS_EVERY_SECONDS = 0.05
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    browser = Stream(run.message_id, cookie=tab.cookies)
    await browser.begin()
    async with following(run.message_id, token) as reading:
        await reading.reads("So far")
        await living.do(AccessToken.objects.all().delete)
        closed = await reading.ends()
    assert (closed["event"], closed["reason"]) == ("closed", "signed_out")
    await tab.post("/logout/")
    assert '"signed_out"' in await browser.ends()
    await browser.hang_up()
    assert len(living.site.sockets) == 0
    await answer.stops()


async def test_l3_it_counts_like_a_socket(living: Living, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(living.site, "sockets", Sockets(1, 100))
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    async with following(run.message_id, token) as oldest:
        await oldest.reads("So far")
        async with following(run.message_id, token) as second:
            await second.reads("So far")
            assert (await oldest.ends())["reason"] == "crowded_out"
    monkeypatch.setattr(living.site, "sockets", Sockets(20, 0))
    full = Stream(run.message_id, authorization=f"Bearer {token}")
    await full.begin()
    assert (full.status, full.headers["retry-after"]) == (503, "60")
    await answer.stops()


async def test_who_hangs_up_is_not_listened_for_any_more(living: Living) -> None:
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    before = dict(living.site.bus._subscribers)
    async with following((await living.run(answer.pk)).message_id, token) as reading:
        await reading.reads("So far")
        assert len(living.site.bus._subscribers) > len(before)
    assert dict(living.site.bus._subscribers) == before
    await answer.stops()


async def test_a_lost_ring_is_no_lost_word_and_silence_has_a_heartbeat(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.api.following.LOOK_SECONDS", 0.02)
    monkeypatch.setattr("streaming.api.following.BEAT_SECONDS", 0.04)
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    async with following((await living.run(answer.pk)).message_id, token) as reading:
        await reading.reads("So far")
        while not reading.stream.raw.endswith("\n\n"):
            await reading.stream.more()
        with monkeypatch.context() as patch:
            patch.setattr(living.site.bus, "publish", lambda *news: None)
            await answer.talk.say(", so good.")
            await reading.reads("So far, so good.")
        await answer.finishes()
        assert (await reading.ends())["event"] == "end"


async def test_a_shutdown_ends_it_as_interrupted(living: Living) -> None:
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    async with following((await living.run(answer.pk)).message_id, token) as reading:
        await reading.reads("So far")
        stopping = asyncio.create_task(lifecycle.stop())
        assert (await reading.ends())["status"] == "interrupted"
        await stopping


async def test_a_reader_of_an_answer_that_moved_is_led_back(living: Living) -> None:
    """A continuation that turns out to be a new version becomes an answer of its own."""
    token, first = await token_of(living), await living.answering("Tell me")
    await first.says(SAID * 2)
    run = await first.stops()
    again = await living.resuming(run.message_id)
    known = Follower()
    async with following(run.message_id, token, known) as reading:
        await reading.reads(SAID * 2)
        await again.talk.say((SAID * 2)[:130] + "and never mind the dog." + " It sleeps." * 40)
        assert (await reading.ends())["status"] == "cancelled"
    await again.finishes()
    assert (await living.run(again.pk)).message_id != run.message_id
    stray = Follower(SAID, cursor=f"{again.pk}.{len(SAID)}")
    for reader in (known, stray):
        await catch_up(run.message_id, token, reader)
        assert reader.text == SAID * 2


async def test_what_another_process_wrote_is_looked_for(
    living: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such processes deliver what they find to who hears of the conversation."""
    token, answer = await token_of(living), await living.answering()
    await answer.says("So far")
    run = await living.run(answer.pk)
    async with following(run.message_id, token) as reading:
        await reading.reads("So far")
        assert run.conversation_id in living.site.bus.keys(Topic.THREAD)
        monkeypatch.setattr(living.site.bus, "publish", lambda *news: None)
        await answer.talk.say(", so good.")
        async with asyncio.timeout(5):
            while "good" not in (await living.snapshot(answer.pk)).text:  # noqa: ASYNC110 (silent)
                await asyncio.sleep(0.01)
        living.site.bus.deliver(Topic.COMMITTED.of(answer.pk), 2)
        await reading.reads("So far, so good.")
        monkeypatch.undo()
        await answer.finishes()
        await reading.ends()
