"""What other pages of an answer are told while its calls are decided about, one by one."""

from __future__ import annotations

from streaming.approving import actions as approving
from streaming.live.thread import whereabouts
from streaming.live.thread.catch_up import catch_up
from tests.streaming.runs.rounds.test_rounds import asked, call, decide
from tests.support.document import parse
from tests.support.living import Living


async def test_every_page_shows_a_decision_while_another_call_waits_for_its_own(
    living: Living,
) -> None:
    answering = await asked(living, "saw", "glue")
    await answering.talk.event(call("shed_saw"))
    await answering.talk.event(call("shed_glue", index=1))
    run = await answering.finishes("tool_calls")
    thread, person = run.conversation_id, living.owner.pk
    page = await living.do(lambda: whereabouts.end_of(thread, person))
    assert page is not None
    await decide(living, run, approving.approve, 0)
    news = await living.do(lambda: catch_up(thread, person, page))
    assert news is not None
    cards = parse("".join(news.fragments)).all("data-tool")
    assert [card.attributes["data-state"] for card in cards] == ["waiting", "asking"]
    again = await living.do(lambda: catch_up(thread, person, news.position))
    assert again is not None
    assert again.fragments == []
    await decide(living, run, approving.approve, 0)  # the request comes again
    assert await living.do(lambda: whereabouts.end_of(thread, person)) == again.position
