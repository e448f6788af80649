"""What an answer used and cost, what the provider warned of, and how long the model thought."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.cluster.bus import Topic
from streaming.costs import bill
from streaming.costs.bill import Bill
from streaming.events import CostReported, UsageReported, Warned
from streaming.journal import store, usage
from streaming.journal.run_facts import RunFacts
from streaming.journal.thinking import Thinking
from streaming.journal.usage import Usage
from streaming.live import fragments
from streaming.live.answers import answer_rows, answer_view, notices
from streaming.live.broadcast import BroadcastItem
from streaming.live.protocol import FrameRange
from streaming.live.rendering import Frame
from streaming.models import Generation
from tests.support import rows
from tests.support.document import parse
from tests.support.living import Living, hearing
from tests.support.puppet import PATIENCE_SECONDS

Status = Generation.Status
FINISHED = RunFacts(Status.FINISHED, finish_reason="stop")


def run(**fields: Any) -> Generation:
    return Generation(usage_source="reported", **fields)


def ended(owner: User, ending: RunFacts, *pieces: str | tuple[str, str]) -> Generation:
    """A run that wrote these pieces and came to that end."""
    begun = rows.running(owner, rows.worker())
    rows.keep(begun, *pieces)
    store.close(begun.pk, ending)
    return Generation.objects.select_related("message").get(pk=begun.pk)


class Listener:
    """Somebody who watches a broadcast."""

    def __init__(self) -> None:
        self.frames: list[str] = []

    def show(self, item: BroadcastItem) -> None:
        if isinstance(item, Frame):
            self.frames.append(item.text)

    def look_again(self) -> None:
        raise AssertionError("nothing was to be looked for")


@pytest.mark.parametrize(
    ("runs", "tokens", "output"),
    [
        ([run(input_tokens=1200, output_tokens=1)], "1,200 tokens in, 1 out", "1 token"),
        (
            [run(input_tokens=9, output_tokens=512, reasoning_tokens=200, cached_tokens=8)],
            "9 tokens in (8 cached), 512 out (200 thinking)",
            "512 tokens",
        ),
        (
            [
                run(input_tokens=10, output_tokens=5),
                Generation(output_tokens=3, usage_source="estimated"),
            ],
            "about 10 tokens in, 8 out",
            "about 8 tokens",
        ),
        ([run(output_tokens=0)], "0 tokens out", "0 tokens"),
        (
            [Generation(input_tokens=3, output_tokens=0, usage_source="estimated")],
            "about 3 tokens in, 0 out",
            "",
        ),
        ([run(total_tokens=536)], "536 tokens in all", "536 tokens in all"),
        (
            [run(input_tokens=10, output_tokens=5, total_tokens=15), run(total_tokens=1200)],
            "10 tokens in, 5 out and 1,200 tokens in all",
            "5 tokens",
        ),
        ([Generation()], "", ""),
        ([], "", ""),
    ],
)
def test_tokens_are_told_in_words(runs: list[Generation], tokens: str, output: str) -> None:
    found = usage.of(runs)
    assert (found.tokens, found.output) == (tokens, output)


@pytest.mark.parametrize(
    ("amounts", "told"),
    [
        ([("0.00021", "USD")], "$0.00021"),
        ([("0.00000012", "USD")], "$0.00000012"),
        ([("0.012345", "USD")], "$0.0123"),
        ([("1234.5", "USD")], "$1,234.50"),
        ([("0.1", "USD"), ("0.2", "USD")], "$0.30"),
        ([("0", "USD")], "$0.00"),
        ([("45", "TZS")], "45.00 TZS"),
        ([("1", "USD"), ("45", "TZS")], "$1.00, 45.00 TZS"),
    ],
)
def test_costs_are_told_in_words(amounts: list[tuple[str, str]], told: str) -> None:
    runs = [
        run(cost_nanos=round(Decimal(amount) * 10**9), cost_currency=currency)
        for amount, currency in amounts
    ]
    assert usage.of(runs).cost == told


def test_a_run_without_a_price_makes_the_sum_a_least() -> None:
    priced = run(cost_nanos=5 * 10**8, cost_currency="USD")
    assert usage.of([priced, run(output_tokens=3)]).cost == "at least $0.50"
    assert usage.of([run(output_tokens=3)]).cost == ""


def test_the_sum_of_a_query_is_that_of_its_runs(owner: User) -> None:
    reported = UsageReported(100, 20, 120, 5, 50)
    ended(owner, RunFacts(Status.FINISHED, usage=reported, cost=CostReported(0.25)), "Yes")
    ended(owner, RunFacts(Status.FINISHED, usage=reported, cost=CostReported(0.5)), "Yes")
    ended(owner, RunFacts(Status.CANCELLED, request_characters=40), "One, two, ")
    ended(owner, RunFacts(Status.FAILED, error_code="upstream_auth"))
    ended(owner, RunFacts(Status.FINISHED, usage=UsageReported(total_tokens=70)), "Yes")
    rows.running(owner, rows.worker())
    whole = usage.of(Generation.objects.all())
    assert usage.total(Generation.objects.all()) == whole
    assert whole == Usage(210, 43, 10, 100, True, Bill({"USD": 750_000_000}, whole=False), 70)


@pytest.mark.parametrize(
    ("told", "sides"),
    [
        (UsageReported(total_tokens=536), (None, None)),
        (UsageReported(24, total_tokens=536), (24, 512)),
        (UsageReported(output_tokens=512, total_tokens=536), (24, 512)),
        (UsageReported(600, total_tokens=536), (600, 0)),
    ],
)
def test_a_total_is_kept_and_tells_the_side_that_is_missing(
    owner: User, told: UsageReported, sides: tuple[int | None, int | None]
) -> None:
    run = ended(owner, RunFacts(Status.FINISHED, usage=told, request_characters=10), "Yes")
    assert (run.total_tokens, run.usage_source) == (536, "reported")
    assert (run.input_tokens, run.output_tokens) == sides


def test_a_cost_keeps_its_parts(owner: User) -> None:
    cost = CostReported(0.0001554, 0.0000018, 0.0001536)
    run = ended(owner, RunFacts(Status.FINISHED, cost=cost, usage=UsageReported(24, 512)), "Yes")
    assert bill.split(run) == "$0.0000018 in, $0.000154 out"
    assert usage.of([run]).cost == "$0.000155"
    only_total = ended(owner, RunFacts(Status.FINISHED, cost=CostReported(0.5)), "Yes")
    assert bill.split(only_total) == ""


def test_a_stopped_answer_is_estimated_by_all_that_it_wrote(owner: User) -> None:
    stopped = ended(
        owner,
        RunFacts(Status.CANCELLED, request_characters=10),
        ("reasoning", "Hm. " * 4),
        ("thought", "4000"),
        "Tafadhali",
    )
    assert (stopped.input_tokens, stopped.output_tokens, stopped.reasoning_tokens) == (3, 7, 4)
    assert stopped.usage_source == "estimated"


def test_what_was_counted_before_a_failure_is_a_least(owner: User) -> None:
    partial = UsageReported(input_tokens=25, output_tokens=1, partial=True)
    failed = ended(owner, RunFacts(Status.FAILED, usage=partial), "four" * 10)
    assert (failed.input_tokens, failed.output_tokens) == (25, 10)
    assert failed.usage_source == "estimated"


def test_a_request_that_was_refused_used_nothing(owner: User) -> None:
    refused = ended(owner, RunFacts(Status.FAILED, request_characters=400))
    assert usage.of([refused]).tokens == ""


def test_a_cost_in_two_parts_is_added_up(owner: User) -> None:
    priced = ended(
        owner, RunFacts(Status.FINISHED, cost=CostReported(input=0.1, output=0.2)), "Yes"
    )
    assert priced.cost_nanos == 300_000_000


def test_warnings_are_kept_and_shown_in_plain_words(owner: User) -> None:
    warned = (
        Warned("missing_terminal"),
        Warned("missing_terminal"),
        Warned("upstream", "<b>Slow</b>"),
        Warned("new_code"),
    )
    finished = ended(owner, RunFacts(Status.FINISHED, warnings=warned), "Yes")
    assert notices.warnings(finished) == [
        "The provider did not say that the answer was over.",
        "The provider remarks: <b>Slow</b>",
        "The provider warns (new_code).",
    ]
    page = parse(fragments.article(answer_rows.load(finished.message_id)))
    assert "The provider remarks: <b>Slow</b>" in page.text()


@pytest.mark.parametrize(
    ("reason", "text", "headline", "sentence"),
    [
        ("length", "One", "Cut by length", "The answer reached the token limit."),
        ("length", "", "Cut by length", "The token limit was reached before the first word."),
        ("content_filter", "One", "Withheld", "withheld the rest of the answer."),
        ("content_filter", "", "Withheld", "withheld the answer."),
        ("refusal", "No.", "Refused", "The model declined to answer this."),
        ("pause", "One", "Paused", "The model paused before it was done."),
        ("context_window", "One", "No room left", "A new chat has room again."),
    ],
)
def test_each_early_end_has_plain_words_of_its_own(
    owner: User, reason: str, text: str, headline: str, sentence: str
) -> None:
    finished = ended(
        owner, RunFacts(Status.FINISHED, finish_reason=reason), text or ("reasoning", "?")
    )
    answer = answer_view.answer(answer_rows.load(finished.message_id))
    assert answer.notice.headline == headline
    assert answer.notice.sentence.endswith(sentence)


def test_an_empty_answer_is_said_to_be_empty_when_it_ends(owner: User) -> None:
    finished = ended(owner, FINISHED)
    heading = FrameRange(finished.message_id, finished.pk, 0, 1)
    assert "The answer is empty" in parse(fragments.ending(heading, [])).text()


def test_only_the_time_up_to_the_first_word_counts_as_thinking() -> None:
    moments = iter([10.0, 14.25, 20.0, 21.0])
    spell = Thinking(lambda: next(moments))
    assert spell.over() == []
    spell.goes_on()
    spell.goes_on()
    assert spell.over() == [("thought", "4250")]
    assert spell.over() == []
    spell.goes_on()
    assert spell.over() == [("thought", "1000")]


async def test_pages_learn_how_long_it_thought_with_the_first_word(living: Living) -> None:
    answering = await living.answering()
    with hearing(living.site.bus, Topic.ENTRIES.of(answering.pk)) as rung:
        await answering.talk.think("Hm.")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await rung.wait()
    run = await living.run(answering.pk)
    listener = Listener()
    await living.site.broadcasts.watch(listener, run.pk, run.message_id, 0)
    await answering.says("Yes.")
    before = [frame for frame in listener.frames if not frame.startswith("{")]
    assert "Thought for a moment" in parse("".join(before)).text()
    run = await answering.finishes()
    assert run.thought_seconds is not None
    answer = await living.do(lambda: answer_view.answer(answer_rows.load(run.message_id)))
    assert answer.content.thought == "Thought for a moment"
    heading = FrameRange(run.message_id, run.pk, 0, 1)
    last = await living.do(lambda: fragments.ending(heading, []))
    assert parse(last).one("id", f"thought-{run.message_id}").text() == "Thought for a moment"


async def test_thoughts_of_two_spells_stand_apart(living: Living) -> None:
    answering = await living.answering()
    await answering.talk.think("First.")
    await answering.says("Yes.")
    await answering.talk.think("Then.")
    run = await answering.finishes()
    assert run.message.reasoning == "First.\n\nThen."


async def test_a_stop_while_it_thinks_keeps_the_time(living: Living) -> None:
    answering = await living.answering()
    with hearing(living.site.bus, Topic.ENTRIES.of(answering.pk)) as rung:
        await answering.talk.think("Hm.")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await rung.wait()
    run = await answering.stops()
    assert run.thought_seconds is not None
    assert run.message.reasoning == "Hm."
