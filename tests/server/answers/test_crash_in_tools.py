"""`kill -9` at every step of a round of tools: no call is lost, and none runs twice unasked.

The demo's tool server outlives the sites and says what it was called with. `ROUNDS=20` is the full
count for each step.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from itertools import product
from pathlib import Path
from random import Random

import httpx
import pytest

from streaming.journal.tool_calls import AnswerCall
from tests.server.answers.called import Called, called_answers
from tests.support.isolation.rounds import rounds
from tests.support.site import Site
from tests.support.upstream import Upstream
from tests.support.visitor import Visitor, answers

pytestmark = pytest.mark.server

THREADS = 10
MODEL = "demo/demo-tools"
AFTER_A_KILL = {"open": "unfinished", "running": "unknown"}
SHOWN_AS = {"unfinished": "refused"}
STEPS = ("writing", "open", "asking", "waiting", "running", "result")
TOOLS = """
[[server]]
name = "Far"
url = "{url}/mcp"
"""
LAST = "That should answer your question.\n"
PROMPT = """/wait 0.3
/tool far_slow {{"seconds": 0.5, "text": "{mark} a"}}
/tool far_echo {{"text": "{mark} b"}}
then
/tool far_slow {{"seconds": 0.3, "text": "{mark} c"}}"""


async def test_r1_kill_9_in_a_round_of_tools_loses_no_call_and_runs_none_twice(
    tmp_path: Path, upstream: Upstream
) -> None:
    moments, hit, again = Random(18), Counter[str](), set[str]()
    (tmp_path / "tools.toml").write_text(TOOLS.format(url=upstream.url))
    with upstream.site(tmp_path, "demo-tools", CHAT_TOOLS=str(tmp_path / "tools.toml")) as site:
        async with Visitor(site) as visitor:
            await offer_all(visitor)
            threads = [await begun(visitor, number) for number in range(THREADS)]
            for number, step in product(range(rounds(1)), STEPS):
                after = max(called_answers(site))
                await kill_at(step, visitor, threads, f"round {number} {step}", moments)
                hit += await expects_kept(visitor, upstream, after)
                await lead_to_the_end(visitor, after, again)
        calls = [call for answer in called_answers(site).values() for call in answer.calls]
    assert all(hit[step] >= rounds(1) for step in STEPS), hit
    ran = runs(upstream)
    for call, text in ((call, text_of(call)) for call in calls if text_of(call)):
        assert ran[text] <= 1 + (text in again), f"{text} was run again without being asked"
        assert ran[text] or call.state != "finished"


async def offer_all(visitor: Visitor) -> None:
    assert (await visitor.post("/tools/far/look/")).status_code == 303
    page = await visitor.page("/tools/far/")
    offered = [box.attributes["value"] for box in page.all("name", "offer")]
    await visitor.post("/tools/far/offer/", offer=offered)


async def begun(visitor: Visitor, number: int) -> str:
    """A conversation with both tools on; in every second one they may run unasked."""
    sent = await visitor.send("/tool nothing", MODEL)
    await visitor.post(f"/c/{sent.conversation}/tools/", on=["far_slow", "far_echo"])
    await ended(visitor.site, sent.message)
    if number % 2:
        first = await visitor.send("/tool far_slow\n/tool far_echo", MODEL, sent.conversation)
        await ended(visitor.site, first.message)
        for each in range(2):
            await visitor.post(f"/m/{first.message}/calls/{each}/approve-here/")
        await ended(visitor.site, first.message)
    return sent.conversation


async def ended(site: Site, message: int) -> None:
    async with asyncio.timeout(30):
        while called_answers(site)[message].is_running:  # noqa: ASYNC110 (another process writes)
            await asyncio.sleep(0.05)


async def kill_at(
    step: str, visitor: Visitor, threads: list[str], name: str, moments: Random
) -> None:
    """Asks in each conversation, decides about calls, and kills when an answer is at the step."""
    site = visitor.site
    after = max(called_answers(site))
    works = [
        ask(visitor, thread, f"{name}, {number}", moments.uniform(0, 1))
        for number, thread in enumerate(threads)
    ]
    over = asyncio.Event()
    tasks = [*map(asyncio.create_task, works)]
    tasks.append(asyncio.create_task(decide_some(visitor, after, moments, over)))
    async with asyncio.timeout(60):
        while step not in [each.step for each in newer(site, after)]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await asyncio.sleep(moments.uniform(0, 0.1))  # any moment is what is tested
    site.kill()
    over.set()
    await asyncio.gather(*tasks, return_exceptions=True)  # nobody answers any more


async def ask(visitor: Visitor, thread: str, mark: str, delay: float) -> None:
    await asyncio.sleep(delay)  # so that the answers are at different steps
    await visitor.send(PROMPT.format(mark=mark), MODEL, thread)


async def decide_some(visitor: Visitor, after: int, moments: Random, over: asyncio.Event) -> None:
    """Lets calls run, one by one, each after a while."""
    while not over.is_set():
        await asyncio.sleep(0.05)
        for answer in newer(visitor.site, after):
            if "asking" in answer.states and moments.random() < 0.3:
                await decide(visitor, answer, answer.states.index("asking"), "approve")


async def decide(visitor: Visitor, answer: Called, number: int, how: str) -> None:
    await visitor.post(f"/m/{answer.message}/calls/{number}/{how}/")


def newer(site: Site, after: int) -> list[Called]:
    return [each for message, each in called_answers(site).items() if message > after]


async def expects_kept(visitor: Visitor, upstream: Upstream, after: int) -> Counter[str]:
    """Starts the killed site: it has every call as it stood, says so, and runs none. The steps."""
    site = visitor.site
    before = newer(site, after)
    ran = runs(upstream)
    site.start()
    async with asyncio.timeout(30):
        while any(each.is_running for each in newer(site, after)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    now = {each.message: each for each in newer(site, after)}
    for was in before:
        answer = now[was.message]
        assert answer.states == [AFTER_A_KILL.get(state, state) for state in was.states]
        assert answer.text == was.text
        for call, other in zip(was.calls, answer.calls, strict=True):
            assert (call.name, call.arguments, call.result) == (
                *(other.name, other.arguments),
                other.result,
            )
            assert other.state not in ("asking", "waiting") or not ran[text_of(other)]
        await expects_said(visitor, answer)
    assert runs(upstream) == ran, "a call was run after the kill, and nobody asked for it"
    return Counter(was.step for was in before)


async def expects_said(visitor: Visitor, answer: Called) -> None:
    """The page shows the state of each call, and what can be done about the answer."""
    page = await visitor.conversation(answer.conversation)
    [article] = [
        one for one in answers(page) if one.attributes["data-message"] == str(answer.message)
    ]
    shown = [card.attributes["data-state"] for card in article.all("data-tool")]
    assert shown == [SHOWN_AS.get(state, state) for state in answer.states]
    asked = [state for state in answer.states if state in ("asking", "unknown")]
    assert len(article.all("data-action", "approve")) == len(asked)
    way = "resume" if answer.text else "retry"
    assert asked or is_whole(answer) or article.all("data-action", way)


async def lead_to_the_end(visitor: Visitor, after: int, again: set[str]) -> None:
    """As a person would: approves, has some of unknown fate run `again`, and resumes."""
    async with asyncio.timeout(90):
        while unready := [each for each in newer(visitor.site, after) if not is_done(each)]:
            await asyncio.sleep(0.1)
            for answer in unready:
                if not answer.is_running:
                    await lead_on(visitor, answer, again)


async def lead_on(visitor: Visitor, answer: Called, again: set[str]) -> None:
    undecided = [call for call in answer.calls if call.is_undecided]
    if not undecided:
        await visitor.post(f"/m/{answer.message}/resume/")
    for call in undecided:
        how = "approve"
        if call.state == "unknown" and answer.message % 2:
            how = "refuse"
        elif call.state == "unknown":
            again.add(text_of(call))
        await decide(visitor, answer, call.number, how)


def is_whole(answer: Called) -> bool:
    return answer.status == "finished" and answer.text.endswith(LAST)


def is_done(answer: Called) -> bool:
    """Whole, or killed before anything of it had come."""
    return is_whole(answer) or (not answer.is_running and not answer.text)


def text_of(call: AnswerCall) -> str:
    """What this test calls the call."""
    found = re.search(r'"text": "(round .*)"', call.arguments)
    return found[1] if found else ""


def runs(upstream: Upstream) -> Counter[str]:
    """How often each call was run, as the server of the tools says."""
    said = httpx.get(f"{upstream.url}/_demo/tools", trust_env=False).json()
    return Counter(said["texts"])
