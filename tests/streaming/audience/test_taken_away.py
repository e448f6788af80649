"""A right that is taken away: what is being written continues, and nothing more begins."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

import pytest

from conversations.models import Message
from conversations.preferences import choices
from conversations.roles.rights import Role
from streaming.audience import rules
from streaming.cluster import reaper
from streaming.error_messages import replies
from streaming.models import Generation, QueuedPrompt
from streaming.queue import sending
from streaming.runs.takeover import TakeOver
from streaming.titles import automatic
from streaming.titles.models import TitleRequest
from tests.streaming.audience.walls import Walls, owner, walls
from tests.streaming.runs.test_auto_resume import broken_row, resume_after
from tests.support.document import parse
from tests.support.rows import left_behind

__all__ = ["owner", "walls"]


async def test_what_is_being_written_continues(walls: Walls) -> None:
    answer = await walls.living.answering()
    await answer.says("One")
    await walls.closes("teller")
    await answer.says(" two")
    run = await answer.finishes()
    assert (run.status, run.message.text) == ("finished", "One two")


async def test_the_next_send_is_refused_and_its_text_stays(walls: Walls) -> None:
    await walls.closes("teller")
    said = {"prompt": "My long text", "model": "puppet/teller"}
    said["conversation"] = str(walls.run.conversation_id)
    reply = await walls.tab.post("/send/", htmx=False, **said)
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    assert page.one("id", "prompt").text().strip() == "My long text"
    assert (
        "Puppet has no model “teller”. Choose another one." in page.one("id", "prompt-error").text()
    )
    assert await walls.do(Message.objects.count) == 2
    await walls.do(lambda: rules.open_to_everybody("puppet", "teller"))
    assert (await walls.tab.post("/send/", htmx=False, **said)).status_code == 303


async def test_a_right_taken_between_the_form_and_its_rows_counts(walls: Walls) -> None:
    """As another process takes it, in the moment in which this one makes the rows."""
    await walls.closes("teller")
    with pytest.raises(Exception, match=str(replies.UNKNOWN_MODEL)):
        await walls.living.send()


AGAIN: Mapping[str, tuple[str, dict[str, str]]] = {
    "resume": ("/m/{m}/resume/", {}),
    "regenerate": ("/m/{m}/regenerate/", {}),
    "by a program": ("/api/v1/messages/{m}/resume/", {}),
}


@pytest.mark.parametrize("way", AGAIN)
async def test_the_model_that_wrote_an_answer_is_gone_for_who_may_not_use_it(
    walls: Walls, way: str
) -> None:
    """Byte for byte as if its provider was not connected any more."""
    path, fields = AGAIN[way]
    await walls.closes("teller")
    closed = await walls.tab.post(walls.path(path), htmx=True, **fields)
    await walls.do(lambda: Generation.objects.update(provider="gone"))
    gone = await walls.tab.post(walls.path(path), htmx=True, **fields)
    assert closed.status_code == gone.status_code == 409
    for reply in (closed, gone):
        told = reply.content.decode()
        words = json.loads(told)["detail"] if way == "by a program" else parse(told).text()
        assert str(replies.WRITER_GONE) in words
    assert await walls.do(Generation.objects.count) == 1


async def test_a_retry_is_refused_too(walls: Walls) -> None:
    answer = await walls.living.answering()
    run = await answer.stops()
    await walls.closes("teller")
    reply = await walls.tab.post(f"/m/{run.message_id}/retry/", htmx=True)
    assert reply.status_code == 409
    assert str(replies.WRITER_GONE) in parse(reply.content.decode()).text()


async def test_a_prompt_in_line_is_held_and_says_so(walls: Walls) -> None:
    def wait() -> None:
        QueuedPrompt.objects.update(editing=False, held="")
        Generation.objects.update(status="finished", stop_requested_at=None)

    await walls.do(wait)
    await walls.closes("teller")
    await walls.do(lambda: sending.advance(walls.run.conversation_id))
    assert (await walls.do(QueuedPrompt.objects.get)).held == QueuedPrompt.Held.MODEL
    await walls.do(lambda: rules.open_to_everybody("puppet", "teller"))
    path = walls.path("/c/{c}/queue/{q}/")
    assert (await walls.tab.post(path, do="send")).status_code == 303
    assert await walls.do(Generation.objects.count) == 2


async def test_a_broken_answer_is_not_resumed_automatically(walls: Walls) -> None:
    job = await walls.do(lambda: broken_row(walls.living.owner))
    await walls.closes("teller")
    assert await walls.do(lambda: resume_after(job)) is None
    await walls.do(lambda: rules.open_to_everybody("puppet", "teller"))
    assert await walls.do(lambda: resume_after(job)) is not None


async def test_nor_is_one_that_another_process_left(walls: Walls) -> None:
    site = walls.living.site

    def leave() -> None:
        left_behind(walls.living.owner, "So far")
        reaper.reap(site.lease.worker_id)

    def taken() -> int:
        return len(TakeOver(site.runner, site.lease.worker_id, 2).take(10))

    await walls.do(leave)
    await walls.closes("teller")
    assert await walls.do(taken) == 0
    await walls.do(lambda: rules.open_to_everybody("puppet", "teller"))
    assert await walls.do(taken) == 1


async def test_titles_are_not_asked_of_it(walls: Walls) -> None:
    def wish() -> None:
        choices.choose(walls.living.owner.pk, title_model="puppet/echoer")
        TitleRequest.objects.create(
            conversation=walls.run.conversation,
            requested_by=walls.living.owner,
            request_key=uuid.uuid4(),
            automatic=True,
            status=TitleRequest.Status.WAITING,
        )

    await walls.do(wish)
    await walls.closes("echoer")
    assert await walls.do(lambda: automatic.take(5)) == []
    for model in ("echoer", "teller"):  # neither the chosen one nor the conversation's own
        await walls.closes(model)
    reply = await walls.tab.post(walls.path("/c/{c}/suggest-title/"))
    assert reply.status_code == 409
    assert str(replies.NO_MODEL_OFFERED) in parse(reply.content.decode()).text()


async def test_another_role_brings_it_back_and_takes_it_away(walls: Walls) -> None:
    """Nothing of who may use what is kept in a process."""

    async def is_listed() -> bool:
        return b"prefiller" in (await walls.tab.get("/api/v1/models/")).content

    person = walls.living.owner
    assert not await is_listed()
    for role in (True, False):
        person.is_staff = role
        await walls.do(person.save)
        assert await is_listed() is role
    await walls.do(lambda: rules.keep_to("puppet", "prefiller", [], [person]))
    assert await is_listed()
    await walls.do(lambda: rules.keep_to("puppet", "", [Role.ADMINISTRATOR], []))
    assert not await is_listed()  # a model's rule narrows its provider's, and widens nothing
