"""The facts of an answer: who wrote which part, how, for how much, and how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from streaming.details import facts
from streaming.events import CostReported, UsageReported
from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from tests.support import rows
from tests.support.document import Element, parse
from tests.support.site import Site
from tests.support.visitor import Visitor
from tests.support.visitor import answers as answers_of

Status = Generation.Status


@pytest.fixture
def answered(owner: User) -> Generation:
    """An answer that was stopped, and resumed to its end."""
    stopped = rows.running(owner, rows.worker())
    rows.keep(stopped, ("reasoning", "Hm."), ("thought", "4200"), "One, two,")
    store.close(stopped.pk, RunFacts(Status.CANCELLED, request_characters=8))
    stopped.refresh_from_db()
    resumed = rows.go_on(stopped, resume_mode="prefill")
    rows.keep(resumed, " three.")
    ending = RunFacts(
        Status.FINISHED,
        finish_reason="stop",
        usage=UsageReported(1200, 512, 1712, 200, 1000),
        cost=CostReported(0.0002),
        request_id="req_<b>42",
        first_delta_at=timezone.now(),
    )
    store.close(resumed.pk, ending)
    return Generation.objects.get(pk=resumed.pk)


def page(client: Client, message: int, *, htmx: bool = False) -> Element:
    headers = {"HX-Request": "true"} if htmx else {}
    reply = client.get(f"/m/{message}/details/", headers=headers)
    assert reply.status_code == 200
    return parse(reply.content.decode())


def shown_facts(section: Element) -> dict[str, str]:
    """The names and words of one generation's list."""
    pairs = [element for element in section.walk() if element.tag in ("dt", "dd")]
    return {name.text(): words.text() for name, words in zip(pairs[::2], pairs[1::2], strict=True)}


def test_every_generation_says_how_it_went(client: Client, answered: Generation) -> None:
    client.force_login(answered.conversation.owner)
    shown = page(client, answered.message_id)
    first, second = map(shown_facts, shown.all("data-generation-details"))
    assert first["Ended"] == "stopped"
    assert first["Used"] == "about 2 tokens in, 3 out (1 thinking)"
    assert first["Thought"] == "4.2 s"
    assert "Request" not in first
    assert second["Way"] == "continued from the open answer (prefill)"
    assert second["Used"] == "1,200 tokens in (1,000 cached), 512 out (200 thinking)"
    assert (second["Cost"], second["Price"]) == ("$0.0002", "reported by the provider")
    assert (second["Ended"], second["Finish reason"]) == ("finished", "stop")
    assert second["Request"] == "req_<b>42"
    assert second["First words"].startswith("after ")
    assert {"Began", "Took"} <= second.keys()
    assert "Together about 1,202 tokens in (1,000 cached), 515 out (201 thinking)" in shown.text()
    assert "at least $0.0002" in shown.text()


def test_for_htmx_only_what_the_page_holds_is_sent(client: Client, answered: Generation) -> None:
    client.force_login(answered.conversation.owner)
    part = page(client, answered.message_id, htmx=True)
    whole = page(client, answered.message_id)
    assert [child.tag for child in part.children if isinstance(child, Element)] == ["div"]
    name = f"details-{answered.message_id}"
    assert part.one("id", name).outer() == whole.one("id", name).outer()


def test_an_undone_continuation_is_still_told_of(client: Client, answered: Generation) -> None:
    Generation.objects.filter(pk=answered.pk).update(undone_at=timezone.now())
    client.force_login(answered.conversation.owner)
    shown = page(client, answered.message_id)
    assert "Undone" in shown_facts(shown.all("data-generation-details")[1])


def test_a_failure_says_why(owner: User, client: Client) -> None:
    generation = rows.running(owner, rows.worker())
    why = "The provider had an error."
    ending = RunFacts(Status.FAILED, error_code="upstream_server_error", error_message=why)
    store.close(generation.pk, ending)
    Generation.objects.filter(pk=generation.pk).update(tries=3)
    client.force_login(owner)
    told = shown_facts(page(client, generation.message_id))
    assert (told["Ended"], told["Asked"]) == (f"broken off: {why}", "3 times")


def test_times_are_spans_from_the_beginning(answered: Generation) -> None:
    began = answered.created_at
    answered.first_delta_at = began + timedelta(seconds=0.44)
    answered.ended_at = began + timedelta(seconds=6.1)
    [detail] = facts.of([answered])
    told = {fact.name: fact.words for fact in detail.facts}
    assert (told["First words"], told["Took"]) == ("after 0.4 s", "6.1 s")


def test_the_wait_in_line_is_told_apart_from_what_the_answer_took(answered: Generation) -> None:
    began = answered.created_at
    answered.turn_at = began + timedelta(seconds=60)
    answered.first_delta_at = began + timedelta(seconds=60.4)
    answered.ended_at = began + timedelta(seconds=66)
    [detail] = facts.of([answered])
    told = {fact.name: fact.words for fact in detail.facts}
    assert (told["Waited in line"], told["First words"]) == ("60.0 s", "after 0.4 s")
    assert told["Took"] == "6.0 s"


def test_what_was_stopped_in_line_took_no_time(answered: Generation) -> None:
    answered.status, answered.first_delta_at = Status.CANCELLED, None
    answered.ended_at = answered.created_at + timedelta(seconds=60)
    [detail] = facts.of([answered])
    assert "Took" not in {fact.name for fact in detail.facts}


def test_a_moment_is_told_to_machines_and_without_script_in_utc(
    client: Client, answered: Generation
) -> None:
    client.force_login(answered.conversation.owner)
    began = page(client, answered.message_id).all("datetime")[-1]
    assert began.attributes["datetime"] == answered.created_at.isoformat()
    assert began.text() == f"{answered.created_at:%Y-%m-%d %H:%M:%S} UTC"


def test_the_summary_names_models_end_tokens_and_cost(answered: Generation) -> None:
    assert facts.summary(answered.message.generations.all()) == [
        "teller (puppet)",
        "finished",
        "about 1,202 tokens in (1,000 cached), 515 out (201 thinking)",
        "at least $0.0002",
    ]
    assert answered.cost_nanos == 200_000


def test_details_are_for_the_owner_alone(client: Client, answered: Generation) -> None:
    address = f"/m/{answered.message_id}/details/"
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(address).status_code == 404
    client.force_login(answered.conversation.owner)
    assert client.post(address).status_code == 405
    prompt = answered.message.parent_id
    assert client.get(f"/m/{prompt}/details/").status_code == 404


@pytest.mark.server
async def test_an_answer_leads_to_its_details_and_the_menu_to_the_sum(shared_site: Site) -> None:
    async with Visitor(shared_site) as visitor:
        sent = await visitor.send("Hello", "demo/demo-brief")
        watcher = await visitor.watch(sent.conversation)
        spending = f"spending-{sent.conversation}"
        async with watcher.connected() as socket:
            while watcher.status == "running" or not watcher.page.one("id", spending).text():
                await watcher.take_in_one(socket)
        [answer] = answers_of(watcher.page)
        address = answer.all("hx-get")[-1].attributes["hx-get"]
        told = shown_facts(await visitor.page(address))
        assert (told["Ended"], told["Finish reason"]) == ("finished", "stop")
        assert "tokens" in told["Used"]
        stopped = await visitor.send("Hello", "demo/demo-slow", sent.conversation)
        await visitor.stop(stopped.generation)
        shown = await visitor.page(f"/m/{stopped.message}/details/")
        assert "demo-slow (Demo)" in shown.text()
        assert shown_facts(shown)["Billing"] == "The demo stops writing, and bills nothing."
        assert watcher.page.one("id", spending).text() == told["Used"]


def test_what_a_gateway_told_beside_its_text_is_shown(owner: User, client: Client) -> None:
    generation = rows.running(owner, rows.worker())
    rows.keep(generation, "Hello")
    ending = RunFacts(
        Status.FINISHED,
        usage=UsageReported(total_tokens=536),
        cost=CostReported(0.0001554, 0.0000018, 0.0001536),
        opaque={"format": "gateway", "metadata": ['{"latency_ms":12}', "<b>cached"]},
    )
    store.close(generation.pk, ending)
    client.force_login(owner)
    shown = page(client, generation.message_id)
    told = shown_facts(shown)
    assert told["Used"] == "536 tokens in all"
    assert told["Cost"] == "$0.000155 ($0.0000018 in, $0.000154 out)"
    assert '{"latency_ms":12}' in shown.text()
    assert "<b>cached" in shown.text()
