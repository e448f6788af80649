"""Thoughts between tags: at the beginning they are told apart, elsewhere they are text."""

import json
import random
from dataclasses import replace
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaming.events import Event, Failed, Finished, ReasoningDelta, TextDelta, ToolCallStarted
from streaming.providers.base import ChatRequest, Replay
from streaming.providers.config import FORMATS, ConfigError, ProviderConfig, load_providers
from streaming.providers.formats.parsing.think_tags import ThinkTags
from streaming.providers.http.upstream import tags_for
from streaming.providers.registry import PARSERS


class Channels(NamedTuple):
    answer: str
    thought: str


def sort(pieces: list[str], tags: ThinkTags, end: Event | None = None) -> Channels:
    events: list[Event] = []
    for piece in pieces:
        events += tags.sort([TextDelta(piece)])
    events += tags.sort([end or Finished("stop")])
    return Channels(
        "".join(event.text for event in events if isinstance(event, TextDelta)),
        "".join(event.text for event in events if isinstance(event, ReasoningDelta)),
    )


HARMONY = "<|channel|>analysis<|message|>Add.<|end|><|start|>assistant<|channel|>final<|message|>"

CASES = {
    "one piece": ("<think>Short.</think>Yes.", Channels("Yes.", "Short.")),
    "lines between": ("<think>\nOne.\n\nTwo.\n</think>\n\nYes.", Channels("Yes.", "One.\n\nTwo.")),
    "white space before": ("\n <thinking>Hm.</thinking> Yes.", Channels("Yes.", "Hm.")),
    "capitals": ("<Think>Hm.</THINK>Yes.", Channels("Yes.", "Hm.")),
    "empty": ("<think>\n\n</think>\n\nYes.", Channels("Yes.", "")),
    "only its end": ("</think>\n\nYes.", Channels("Yes.", "")),
    "two thoughts": ("<think>a</think>\n<think>b</think>\nYes.", Channels("Yes.", "a\n\nb")),
    "code after it": ("<think>a</think>\n\n    x = 1", Channels("    x = 1", "a")),
    "square brackets": ("[THINK]Hm.[/THINK]Yes.", Channels("Yes.", "Hm.")),
    "triangles": ("◁think▷Hm.◁/think▷Yes.", Channels("Yes.", "Hm.")),
    "long names": ("<|begin_of_thought|>Hm.<|end_of_thought|>Yes.", Channels("Yes.", "Hm.")),
    "harmony": (f"{HARMONY}Four.<|return|>", Channels("Four.", "Add.")),
    "its end is quoted": (
        "<think>A `</think>` ends.</think>Yes.",
        Channels("Yes.", "A `</think>` ends."),
    ),
    "its end after a quote": ('<think>Say "no"</think>Yes.', Channels("Yes.", 'Say "no"')),
    "never closed": ("<think>Hm. And", Channels("", "Hm. And")),
    "in the middle": ("See: <think>x</think>", Channels("See: <think>x</think>", "")),
    "quoted": ("`<think>` opens it.", Channels("`<think>` opens it.", "")),
    "in code": ("```\n<think>\n</think>\n```", Channels("```\n<think>\n</think>\n```", "")),
    "another tag": ("<thinker>x</thinker>", Channels("<thinker>x</thinker>", "")),
    "an unfinished tag": ("<thi", Channels("<thi", "")),
    "a lone end in its line": ("Hm.\n</think>\n\nYes.", Channels("Hm.\n\n\nYes.", "")),
    "a lone end in a sentence": ("Hm.\nA </think> here.", Channels("Hm.\nA </think> here.", "")),
    "spaces only": ("  \n", Channels("  \n", "")),
}

cases = pytest.mark.parametrize(("text", "told"), CASES.values(), ids=CASES)


@cases
def test_a_thought_at_the_beginning_is_told_apart(text: str, told: Channels) -> None:
    assert sort([text], ThinkTags()) == told


@cases
def test_cuts_change_nothing(text: str, told: Channels) -> None:
    assert sort(list(text), ThinkTags()) == told
    dice = random.Random(text)
    for _ in range(40):
        places = sorted(dice.choices(range(len(text) + 1), k=4))
        bounds = zip([0, *places], [*places, len(text)], strict=True)
        assert sort([text[a:b] for a, b in bounds if a < b], ThinkTags()) == told


def test_a_thought_streams_as_it_comes() -> None:
    tags = ThinkTags()
    assert tags.sort([TextDelta("<think>One")]) == [ReasoningDelta("One")]
    assert tags.sort([TextDelta(" two </th")]) == [ReasoningDelta(" two")]
    assert tags.sort([TextDelta("ink>Yes")]) == [TextDelta("Yes")]


def test_text_passes_at_once() -> None:
    tags = ThinkTags()
    for word in ("A", " < ", "B\n", "<b>", "`x`"):
        assert tags.sort([TextDelta(word)]) == [TextDelta(word)]


def test_in_the_line_of_a_partial_answer_spaces_count() -> None:
    assert sort(["<think>\n\n</think> longest"], ThinkTags(continues=True)) == Channels(
        " longest", ""
    )
    assert sort(["<think>\n\n</think>\n\n longest"], ThinkTags()) == Channels(" longest", "")
    assert sort(["<think>\nHm.</think>tor"], ThinkTags(continues=True)) == Channels("tor", "Hm.")


def test_a_swallowed_opening_tag_is_an_option() -> None:
    text = "Hm, so.\n</think>\n\nYes."
    assert sort(list(text), ThinkTags(opened=True)) == Channels("Yes.", "Hm, so.")
    assert sort([f"<think>{text}"], ThinkTags(opened=True)) == Channels("Yes.", "Hm, so.")


def test_an_answer_without_the_expected_thought_is_not_lost() -> None:
    assert sort(["Yes", "."], ThinkTags(opened=True)) == Channels("Yes.", "Yes.")
    broken = Failed("connection", True)
    assert sort(["Hm"], ThinkTags(opened=True), broken) == Channels("", "Hm")


def test_what_is_held_back_comes_before_a_call() -> None:
    tags = ThinkTags()
    call = ToolCallStarted(0, "a", "look")
    assert tags.sort([TextDelta("<th"), call]) == [TextDelta("<th"), call]


@given(st.text(alphabet='<>/think `\n"[]|a', max_size=60), st.data())
def test_no_word_is_lost_wherever_it_is_cut(text: str, data: st.DataObject) -> None:
    whole = sort([text], ThinkTags())
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    bounds = zip([0, *places], [*places, len(text)], strict=True)
    assert sort([text[a:b] for a, b in bounds if a < b], ThinkTags()) == whole
    assert whole.answer.count("a") + whole.thought.count("a") == text.count("a")


FRAMES: dict[str, tuple[str, str]] = {
    "chat": (
        '{"choices":[{"index":0,"delta":{"content":%s}}]}',
        '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}',
    ),
    "responses": (
        '{"type":"response.output_text.delta","output_index":0,"delta":%s}',
        '{"type":"response.completed","response":{"status":"completed"}}',
    ),
    "messages": (
        '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":%s}}',
        '{"type":"message_stop"}',
    ),
    "gateway": ('{"type":"text","name":"output","content":%s}', '{"final":true}'),
    "pawa": ('{"success":true,"data":{"message":{"role":"assistant","content":%s}}}', ""),
}
"""A delta and an end, as each format writes them."""


def body(format_: str, text: str) -> bytes:
    delta, end = FRAMES[format_]
    frames = [delta % json.dumps(piece) for piece in text] + [end] * bool(end)
    return "".join(f"data: {frame}\n\n" for frame in frames).encode()


@pytest.mark.parametrize("format_", FORMATS)
def test_every_format_tells_tags_apart(format_: str) -> None:
    parser = PARSERS[format_]()
    events = [*parser.feed(body(format_, "<think>Hm.</think>Yes.")), *parser.finish()]
    said: dict[type[Event], str] = {TextDelta: "", ReasoningDelta: ""}
    for event in events:
        if isinstance(event, TextDelta | ReasoningDelta):
            said[type(event)] += event.text
    assert said == {TextDelta: "Yes.", ReasoningDelta: "Hm."}
    assert isinstance(events[-1], Finished)


# Which answers begin how


def config(**options: str) -> ProviderConfig:
    return ProviderConfig("p", "P", "chat", "http://h/v1", options=options)


ASKED = ChatRequest("m", ())


def test_the_option_counts_where_the_template_is_at_work() -> None:
    text = "Hm.</think>Yes."
    new = tags_for(config(think_tags="closing"), ASKED)
    continued = tags_for(config(think_tags="closing"), replace(ASKED, prefill="No"))
    assert new
    assert sort([text], new) == Channels("Yes.", "Hm.")
    assert continued
    assert sort(["w <b>."], continued) == Channels("w <b>.", "")


def test_what_is_replayed_continues_in_the_middle_where_tags_are_text() -> None:
    assert tags_for(config(), replace(ASKED, replay=Replay("r", 3, "It says "))) is None
    assert tags_for(config(), replace(ASKED, replay=Replay("r", 0))) is not None


def test_another_value_of_the_option_is_refused() -> None:
    toml = """
        [[provider]]
        name = "P"
        format = "chat"
        base_url = "http://h/v1"
        options = { think_tags = "%s" }
    """
    (known,) = load_providers({}, toml_text=toml % "closing")
    assert known.options == {"think_tags": "closing"}
    with pytest.raises(ConfigError, match='may only be "closing"'):
        load_providers({}, toml_text=toml % "both")
