"""What a run cost: reported, computed, at most, or not known; and how that is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from streaming.costs.bill import Bill
from streaming.error_messages import cost_sources
from streaming.events import CostReported, UsageReported
from streaming.journal import store, usage
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from streaming.prices.quote import Quote
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig
from tests.support import rows

Status = Generation.Status

OPENAI = ProviderConfig("openai", "OpenAI", "chat", "https://api.openai.com/v1")
ANTHROPIC = ProviderConfig("anthropic", "Anthropic", "messages", "https://api.anthropic.com/v1")
OWN = ProviderConfig("own", "Own", "chat", "http://127.0.0.1:11434/v1")
HELLO = (ChatMessage("user", "Hello"),)
GPT = Quote(OPENAI, ChatRequest("gpt-4o", HELLO))
BOUNDED = Quote(OPENAI, ChatRequest("gpt-4o", HELLO, parameters={"max_tokens": 500})).measured()
CLAUDE = Quote(ANTHROPIC, ChatRequest("claude-sonnet-4-5", HELLO)).measured()
ALL = UsageReported(1000, 100)
STOPPED = RunFacts(Status.CANCELLED, request_characters=5, upstream_closed_at=datetime.now(UTC))
FINISHED = RunFacts(Status.FINISHED, finish_reason="stop", request_characters=5)
LOST = RunFacts(Status.INTERRUPTED, error_code="interrupted")


def ended(owner: User, facts: RunFacts, *pieces: str) -> Generation:
    begun = rows.running(owner, rows.worker())
    rows.keep(begun, *pieces)
    store.close(begun.pk, facts)
    return Generation.objects.get(pk=begun.pk)


@pytest.mark.parametrize(
    ("facts", "source", "nanos"),
    [
        (replace(FINISHED, usage=ALL, quote=GPT, cost=CostReported(0.25)), "reported", 250_000_000),
        (replace(FINISHED, usage=ALL, quote=GPT), "computed", 3_500_000),
        (replace(STOPPED, usage=ALL, quote=GPT), "computed", 3_500_000),
        (replace(FINISHED, quote=GPT), "estimated", 15_000),
        (replace(STOPPED, quote=GPT), "unknown", None),
        (
            replace(STOPPED, quote=CLAUDE, usage=UsageReported(1000, 1, partial=True)),
            "at_most",
            3_000_000 + 8192 * 15_000,
        ),
        (replace(FINISHED, usage=UsageReported(total_tokens=9), quote=GPT), "unknown", None),
        (
            replace(FINISHED, usage=ALL, quote=Quote(OWN, ChatRequest("llama", HELLO))),
            "unpriced",
            None,
        ),
        (replace(FINISHED, usage=ALL), "", None),
        (LOST, "unknown", None),
    ],
)
def test_a_cost_says_where_it_is_from(
    owner: User, facts: RunFacts, source: str, nanos: int | None
) -> None:
    run = ended(owner, facts, "Yes.")
    assert (run.cost_source, run.cost_nanos) == (source, nanos)


def test_a_bound_is_what_was_sent_and_the_longest_answer(owner: User) -> None:
    run = ended(owner, replace(STOPPED, quote=BOUNDED), "Yes")
    assert run.cost_source == "at_most"
    assert run.cost_output_nanos == 500 * 10_000
    assert run.cost_input_nanos is not None
    assert run.cost_input_nanos >= len("Hello") * 2_500
    assert usage.of([run]).cost.startswith("at most $0.0")
    assert "the longest answer that was allowed" in cost_sources.of(run)


def test_what_cannot_be_encoded_is_measured_all_the_same(owner: User) -> None:
    limits = {"max_tokens": 500, "extra_body": {"a": "\ud800"}}
    quote = Quote(OPENAI, ChatRequest("gpt-4o", HELLO, parameters=limits)).measured()
    run = ended(owner, replace(STOPPED, quote=quote), "Yes")
    assert (run.cost_source, run.message.text) == ("at_most", "Yes")


@pytest.mark.parametrize("broken", ["at_most", "price", "is_priced"])
def test_a_price_is_worth_no_answer(
    owner: User,
    broken: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no such unit")

    monkeypatch.setattr(Quote, broken, fail)
    run = ended(owner, replace(STOPPED, quote=BOUNDED), "Yes")
    assert (run.status, run.message.text) == ("cancelled", "Yes")
    assert (run.cost_source, run.cost_nanos, run.cost_currency) == ("unknown", None, "")
    assert "no such unit" in caplog.text


def test_a_reported_cost_that_is_no_number_is_not_known(owner: User) -> None:
    facts = replace(FINISHED, usage=ALL, quote=GPT, cost=CostReported(float("nan")))
    run = ended(owner, facts, "Yes")
    assert (run.message.text, run.cost_source, run.cost_nanos) == ("Yes", "unknown", None)


def test_a_request_that_cannot_be_made_again_has_no_bound(
    owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    unknown: Any = "morse"
    quote = Quote(replace(OPENAI, format=unknown), BOUNDED.request).measured()
    assert quote.size is None
    assert "cannot be measured" in caplog.text
    assert ended(owner, replace(STOPPED, quote=quote), "Yes").cost_source == "unknown"


def test_a_computed_cost_keeps_which_prices_those_of_which_day(owner: User) -> None:
    run = ended(owner, replace(FINISHED, usage=ALL, quote=GPT), "Yes")
    assert run.price_list.startswith("genai-prices ")
    assert run.priced_at == run.asked_at
    assert (run.cost_input_nanos, run.cost_output_nanos) == (2_500_000, 1_000_000)
    assert run.price_list in cost_sources.of(run)


def test_a_request_that_never_went_out_costs_nothing(owner: User) -> None:
    run = ended(owner, STOPPED)
    assert (run.cost_source, usage.of([run]).cost) == ("", "")


@pytest.mark.parametrize(
    ("bill", "words"),
    [
        (Bill(), ""),
        (Bill({"USD": 20_000_000}), "$0.02"),
        (Bill({"USD": 20_000_000}, about=True), "about $0.02"),
        (Bill({"USD": 20_000_000}, whole=False, about=True), "at least $0.02"),
        (Bill({}, {"USD": 30_000_000}, bounded=2), "at most $0.03"),
        (
            Bill({"USD": 20_000_000}, {"USD": 30_000_000}, bounded=1),
            "$0.02, 1 answer: at most $0.03 more",
        ),
        (
            Bill({"USD": 20_000_000}, {"USD": 30_000_000}, bounded=2),
            "$0.02, 2 answers: at most $0.03 more",
        ),
        (Bill({}, {}, whole=False), ""),
    ],
)
def test_a_bill_says_what_is_known_and_what_may_be_added(bill: Bill, words: str) -> None:
    assert bill.words == words


def test_the_sum_of_a_conversation_tells_bounds_apart(owner: User) -> None:
    first = ended(owner, replace(FINISHED, usage=ALL, quote=GPT), "Yes")
    second: dict[str, Any] = {"status": Status.CANCELLED, "usage_source": "estimated"}
    known = {"cost_source": "at_most", "cost_currency": "USD", "cost_nanos": 30_000_000}
    rows.go_on(first, **second, **known)
    found = usage.of_conversation(first.conversation_id)
    assert found.cost == "$0.0035, 1 answer: at most $0.03 more"
    assert found == usage.of(Generation.objects.all())
