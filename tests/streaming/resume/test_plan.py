"""The planner and its requests: each upstream is asked to continue in the best way it offers."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from streaming.demo.behaviours import texts
from streaming.demo.behaviours.request import ModelRequest, Turn
from streaming.demo.behaviours.resumes import ResumeStyle, answer_text
from streaming.providers.base import ChatMessage, ChatRequest, ResumeMode
from streaming.providers.config import ProviderConfig, WireFormat
from streaming.resume.plan import (
    anchor,
    apply,
    plan,
    resumable,
)
from streaming.resume.seam import join

REQUEST = ChatRequest(
    "gpt-4.1-mini", (ChatMessage("user", "Tell me."),), "Be brief.", {"max_tokens": 80}
)


def upstream(address: str, wire: WireFormat = "chat") -> ProviderConfig:
    return ProviderConfig("p", "P", wire, address)


ANTHROPIC = upstream("https://api.anthropic.com/v1", "messages")
DEMO = replace(upstream("http://127.0.0.1:5000/v1"), demo=True)


# Which way


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("https://api.openai.com/v1", "instruct"),
        ("https://api.naga.ac/v1", "instruct"),
        ("https://arvae.ai/api/v1", "instruct"),
        ("https://api.mistral.ai/v1", "prefill_echo"),
        ("https://api.deepseek.com/beta", "prefill"),
        ("https://api.deepseek.com/v1", "instruct"),
        ("https://api.moonshot.ai/v1", "prefill"),
        ("https://openrouter.ai/api/v1", "instruct"),
        ("http://127.0.0.1:8080/v1", "instruct"),
    ],
)
def test_an_address_says_what_is_offered(address: str, mode: ResumeMode) -> None:
    assert plan(upstream(address), "some-model") == mode


@pytest.mark.parametrize(
    "model",
    [
        *("claude-3-haiku-20240307", "claude-3-5-sonnet-latest", "claude-3.7-sonnet"),
        *("claude-opus-4-20250514", "claude-sonnet-4-0", "claude-opus-4-1-20250805"),
        *("claude-sonnet-4-5", "claude-sonnet-4.5", "claude-haiku-4-5-20251001", "claude-opus-4-5"),
    ],
)
def test_claude_up_to_4_5_takes_a_prefill(model: str) -> None:
    assert plan(ANTHROPIC, model) == "prefill"


@pytest.mark.parametrize(
    "model",
    [
        *("claude-opus-4-6", "claude-sonnet-4.6", "claude-opus-4-7-20260416", "claude-opus-4-8"),
        *("claude-opus-4-10", "claude-opus-5", "claude-opus-5-5", "claude-sonnet-5"),
        *("claude-haiku-5-5", "claude-fable-5", "claude-mythos", "claude-opus-45"),
    ],
)
def test_later_claude_is_instructed(model: str) -> None:
    assert plan(ANTHROPIC, model) == "instruct"


def test_claude_at_another_address_is_instructed() -> None:
    elsewhere = upstream("https://api.naga.ac/v1", "messages")
    assert plan(elsewhere, "claude-sonnet-4.5") == "instruct"


def test_the_demo_shows_both_prefills() -> None:
    assert plan(DEMO, "demo-tour") == "prefill"
    assert plan(DEMO, "demo-echo-prefill") == "prefill_echo"


def test_configuration_wins_for_a_provider_and_more_so_for_a_model() -> None:
    config = replace(
        upstream("https://api.mistral.ai/v1"), resume="prefill", resume_for={"odd": "instruct"}
    )
    assert plan(config, "mistral-large") == "prefill"
    assert plan(config, "odd") == "instruct"


def test_a_model_that_refused_a_prefill_is_instructed_from_then_on() -> None:
    refused = {("p", "demo-no-prefill")}
    assert plan(DEMO, "demo-no-prefill", refused_prefill=refused) == "instruct"
    assert plan(DEMO, "demo-prefill", refused_prefill=refused) == "prefill"
    configured = replace(DEMO, resume="prefill")
    assert plan(configured, "demo-no-prefill", refused_prefill=refused) == "instruct"


def test_a_replay_needs_an_answer_that_the_upstream_still_holds() -> None:
    config = replace(upstream("https://api.openai.com/v1", "responses"), resume="replay")
    assert plan(config, "gpt-4.1", replayable=True) == "replay"
    assert plan(config, "gpt-4.1") == "instruct"


@pytest.mark.parametrize(
    ("wire", "mode"),
    [("gateway", "prefill"), ("responses", "prefill"), ("chat", "replay"), ("messages", "replay")],
)
def test_a_way_that_the_wire_format_lacks_becomes_an_instruction(
    wire: WireFormat, mode: ResumeMode
) -> None:
    config = replace(upstream("http://127.0.0.1:8000", wire), resume=mode)
    assert plan(config, "any", replayable=True) == "instruct"


# The request


@pytest.mark.parametrize("mode", ["prefill", "prefill_echo"])
def test_a_prefill_is_the_partial_without_trailing_whitespace(mode: ResumeMode) -> None:
    asked = apply(mode, REQUEST, "The quick \n")
    assert asked == replace(REQUEST, prefill="The quick")


def test_an_instruction_shows_the_partial_and_asks_for_its_anchor() -> None:
    asked = apply("instruct", REQUEST, "The quick bro")
    first, said, told = asked.messages
    assert (first, said) == (REQUEST.messages[0], ChatMessage("assistant", "The quick bro"))
    assert told.role == "user"
    assert "<<<The quick bro>>>" in told.text
    assert "Do not start over." in told.text
    assert replace(asked, messages=REQUEST.messages) == REQUEST, "nothing else may change"


def test_an_instruction_survives_braces_in_the_partial() -> None:
    assert "<<<f'{anchor} {0}>>>" in apply("instruct", REQUEST, "f'{anchor} {0}").messages[-1].text


@pytest.mark.parametrize("mode", ["prefill", "prefill_echo", "instruct"])
def test_a_blank_partial_is_a_plain_retry(mode: ResumeMode) -> None:
    assert apply(mode, REQUEST, " \n") == REQUEST


def test_a_replay_asks_for_no_new_answer() -> None:
    assert apply("replay", REQUEST, "The quick bro") == REQUEST


# The anchor


def test_a_short_partial_is_its_own_anchor() -> None:
    assert anchor("Argen") == "Argen"


def test_an_anchor_starts_where_a_line_starts() -> None:
    partial = "x" * 300 + "\nThe second line is long enough to be an anchor.\n\n- lower the pu"
    assert anchor(partial) == "The second line is long enough to be an anchor.\n\n- lower the pu"


def test_an_anchor_keeps_the_indent_of_its_line() -> None:
    code = "def f():\n" * 30 + "    the_result = some_function(with_many, arguments, of_all, kinds)"
    assert anchor(code) == code[-67:]


def test_an_anchor_in_a_long_line_starts_where_a_word_starts() -> None:
    partial = "word " * 100 + "supercalifragilistic expialidocious and even then some more to come"
    assert anchor(partial) == partial[-67:]


def test_an_anchor_in_one_endless_word_has_200_characters() -> None:
    assert anchor("x" * 500) == "x" * 200


def test_an_anchor_is_more_than_closing_brackets() -> None:
    code = "start " * 50 + "\nreturn finish(everything)\n" + "        }\n" * 12
    assert anchor(code).startswith("return finish")


@given(st.lists(st.sampled_from(["word", " ", "\n", "    ", "}\n", "背圧", "x" * 70])).map("".join))
def test_an_anchor_is_the_end_of_the_partial_within_its_bounds(partial: str) -> None:
    found = anchor(partial)
    assert partial.endswith(found)
    assert min(60, len(partial)) <= len(found) <= 200


@given(st.lists(st.text("abcdefg ,.\n", min_size=1), min_size=1).map("".join), st.text("xyz "))
@example("...aaaaaaa", "")
@example("… and so on it goes", " then")
def test_a_model_that_obeys_is_joined_without_a_scar(partial: str, rest: str) -> None:
    """Unless the anchor is too short to be told from chance."""
    obeyed = anchor(partial) + "!" + rest
    if len("".join(partial.split())) >= 10:
        assert join(partial, obeyed, "instruct").final == partial + "!" + rest


# Both halves together: planner, model and seam

WHOLE = texts.essay(REQUEST.messages[0].text) + texts.unicode_tour()


@pytest.mark.parametrize(
    ("mode", "manner"),
    [
        ("prefill", "exact"),
        ("prefill_echo", "echo"),
        ("prefill", "restarts"),
        ("instruct", "exact"),
        ("instruct", "repeats"),
        ("instruct", "preamble"),
        ("instruct", "restarts"),
    ],
)
def test_an_answer_cut_anywhere_goes_on_to_the_uncut_answer(
    mode: ResumeMode, manner: ResumeStyle
) -> None:
    """From 20 characters on: less than that may be repeated by chance."""
    for place in range(20, len(WHOLE), 7):
        partial = WHOLE[:place]
        asked = apply(mode, REQUEST, partial)
        turns = [Turn(message.role, message.text) for message in asked.messages]
        turns += [Turn("assistant", asked.prefill)] if asked.prefill else []
        said = answer_text(WHOLE, ModelRequest(asked.model, tuple(turns)), manner)
        assert join(partial, said, mode).final == WHOLE, f"cut at {place}"


# Whether at all


@pytest.mark.parametrize(
    ("status", "reason", "error", "can"),
    [
        ("running", "", "", False),
        ("finished", "stop", "", False),
        ("finished", "tool_calls", "", False),
        ("finished", "length", "", True),
        ("finished", "content_filter", "", False),
        ("finished", "refusal", "", False),
        ("finished", "context_window", "", False),
        ("cancelled", "", "", True),
        ("cancelled", "cancelled", "", True),
        ("interrupted", "", "interrupted", True),
        ("failed", "", "truncated", True),
        ("failed", "", "connection", True),
        ("failed", "", "timeout", True),
        ("failed", "", "upstream_disconnected", True),
        ("failed", "", "upstream_server_error", True),
        ("failed", "", "upstream_too_large", True),
        ("failed", "", "content_filter", False),
        ("failed", "", "billing", False),
        ("failed", "", "auth", False),
        ("failed", "", "upstream_auth", False),
        ("failed", "", "upstream_quota", False),
        ("failed", "", "context_too_long", False),
    ],
)
def test_what_ended_a_run_says_whether_it_can_go_on(
    status: str, reason: str, error: str, can: bool
) -> None:
    assert resumable(status, reason, error, "The quick bro") is can
    assert not resumable(status, reason, error, " \n"), "nothing to resume"
