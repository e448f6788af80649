"""Each demo model does what its name says."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest

from streaming.demo.behaviours import demo_models
from tests.streaming.demo.client import demo_client


async def test_the_tour_shows_everything_that_markdown_has() -> None:
    async with demo_client() as demo:
        for prompt in ("How does a river build a delta?", "What is backpressure?"):
            text = (await demo.ask("demo-tour", prompt)).text
            for mark in ("\n## ", "\n1. ", "- ", "\n|", "\n```python\n", "\n$$\n", "\n> ", "]("):
                assert mark in text, (prompt, mark)
            assert 2000 < len(text) < 6000


async def test_an_answer_depends_on_the_prompt_and_on_nothing_else() -> None:
    async with demo_client() as demo:
        first, again = [await demo.ask("demo-tour", "hello") for _ in range(2)]
        other = await demo.ask("demo-tour", "Tell me about *cats* in [Norway]")
    assert first.deltas == again.deltas
    assert first.text.startswith("Hello! 👋")
    assert "Tell me about cats in Norway" in other.text


async def test_the_deltas_of_the_tour_are_small() -> None:
    async with demo_client() as demo:
        deltas = (await demo.ask("demo-tour")).deltas
    assert 4 < sum(map(len, deltas)) / len(deltas) < 7


async def test_waiting_and_stalling_models_send_their_headers_first() -> None:
    async with demo_client(speed=1) as demo:
        body = {"model": "demo-wait", "stream": True, "messages": [{"role": "user", "content": ""}]}
        started = time.monotonic()
        async with demo.http.stream("POST", "/v1/chat/completions", json=body) as response:
            first = await anext(response.aiter_bytes())
        assert response.status_code == 200
        assert b'"role":"assistant"' in first
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("model", ["demo-stall", "demo-silent"])
async def test_a_model_that_hangs_keeps_its_connection(model: str) -> None:
    async with demo_client() as demo:
        demo.http.timeout = httpx.Timeout(0.3)
        with pytest.raises(httpx.ReadTimeout):
            await demo.ask(model)
        visit = await demo.wait_for_visit(model)
    assert visit["client_hung_up"]
    assert (visit["deltas"] > 20) == (model == "demo-stall")


async def test_the_cut_model_breaks_off_inside_a_word() -> None:
    async with demo_client() as demo:
        whole = (await demo.ask("demo-tour")).text
        answer = await demo.ask("demo-cut")
    assert answer.cut
    assert answer.finish is None
    assert whole.startswith(answer.text)
    assert re.fullmatch(r"\w\w", whole[len(answer.text) - 1 : len(answer.text) + 1])


async def test_the_unterminated_model_ends_cleanly_without_a_terminal() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-unterminated")
    assert answer.text
    assert (answer.cut, answer.finish, answer.done) == (False, None, False)


async def test_an_error_comes_half_way_through() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-error-mid")
    assert answer.text
    assert answer.error is not None
    assert answer.error["type"] == "server_error"
    assert (answer.finish, answer.done) == (None, False)


async def test_who_waits_as_long_as_asked_is_answered() -> None:
    async with demo_client(speed=10) as demo:
        refused = await demo.ask("demo-rate-limited")
        too_soon = await demo.ask("demo-rate-limited")
        await asyncio.sleep(float(too_soon.headers["Retry-After"]))
        answered = await demo.ask("demo-rate-limited")
        once_more = await demo.ask("demo-rate-limited")
    assert float(refused.headers["Retry-After"]) == pytest.approx(0.2, abs=0.01)
    assert [refused.status, too_soon.status, answered.status, once_more.status] == [
        429,
        429,
        200,
        429,
    ]
    assert answered.text


@pytest.mark.parametrize(("model", "status"), [("demo-unauthorized", 401), ("demo-broken", 500)])
async def test_a_refusal_comes_as_a_status(model: str, status: int) -> None:
    async with demo_client() as demo:
        answer = await demo.ask(model)
    assert answer.status == status
    assert answer.error is not None
    assert answer.error["message"]


async def test_the_length_model_stops_at_eighty_tokens() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-length")
        more = await demo.ask("demo-length", max_tokens=100)
    assert (len(answer.text), answer.finish) == (320, "length")
    assert (len(more.text), more.finish) == (400, "length")


async def test_the_empty_model_stops_without_a_word() -> None:
    async with demo_client() as demo:
        for _ in range(2):
            answer = await demo.ask("demo-empty")
            assert (answer.deltas, answer.finish, answer.done) == ([], "stop", True)


async def test_the_unicode_model_splits_surrogate_pairs_over_deltas() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-unicode")
    assert "\ud83d" in answer.deltas
    assert "\N{MUSICAL SCORE}" in answer.text
    assert "\u2028" in answer.text
    assert "�" not in answer.text


async def test_the_load_model_sends_as_many_deltas_as_its_name_says() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-load-1000-8-50")
        visit = await demo.wait_for_visit("demo-load-1000-8-50")
    assert [len(delta) for delta in answer.deltas] == [8] * 50
    assert (visit["deltas"], visit["characters"]) == (50, 400)


async def test_the_code_model_writes_one_block_of_the_length_that_its_name_says() -> None:
    async with demo_client() as demo:
        answer = await demo.ask("demo-code-8-3")
    assert [len(delta) for delta in answer.deltas] == [3 * 1024, 3 * 1024, 2 * 1024]
    first, *lines, last = answer.text.splitlines()
    assert (first, last) == ("```python", "```")
    assert len(set(lines)) == len(lines)


async def test_the_clock_model_says_when_each_delta_was_written() -> None:
    async with demo_client() as demo:
        before = time.time()
        answer = await demo.ask("demo-clock-200-20")
        after = time.time()
    stamps = [float(stamp) for stamp in re.findall(r"⟨(\d+\.\d{6})⟩ ", answer.text)]
    assert len(stamps) == len(answer.deltas) == 20
    assert before <= stamps[0]
    assert stamps == sorted(stamps)
    assert stamps[-1] <= after
    # No delta comes before its time; late ones may catch up, so their distances say nothing.
    assert all(stamp - before > number / 200 - 0.001 for number, stamp in enumerate(stamps, 1))


async def test_a_suffix_makes_a_model_faster_or_cuts_it_at_a_byte() -> None:
    async with demo_client(speed=1) as demo:
        whole = await demo.ask("demo-tour+speed-200")
        cut = await demo.ask("demo-tour+speed-200+cut-9001")
        at_once = await demo.ask("demo-tour+cut-10")
    assert whole.finish == "stop"
    assert cut.cut
    assert 0 < len(cut.text) < len(whole.text)
    assert whole.text.startswith(cut.text)
    assert (at_once.cut, at_once.text) == (True, "")


def test_every_listed_model_can_be_found() -> None:
    assert all(demo_models.find(model.id) for model in demo_models.MODELS)
    assert demo_models.find("demo-load-0-8-5") is None


def test_at_most_eleven_models_are_offered_each_with_a_name_of_its_own() -> None:
    names = [model.name for model in demo_models.OFFERED]
    assert 0 < len(set(names)) == len(names) <= 11
    assert not any("demo" in name.lower() for name in names)


async def test_a_small_model_says_what_it_read_and_refuses_more() -> None:
    async with demo_client() as demo:
        small = await demo.ask("demo-small", "One.")
        assert small.text == "I read 1 messages. The first one begins “One.”.\n"
    assert demo_models.find("demo-window-10") is not None
