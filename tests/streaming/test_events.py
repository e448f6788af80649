"""Events as JSON: what is unknown is absent."""

from streaming.events import Failed, Finished, TextDelta, UsageReported, as_json


def test_unknown_values_and_lowered_flags_are_absent() -> None:
    assert as_json(TextDelta("a")) == {"type": "text", "text": "a"}
    assert as_json(Finished("stop")) == {"type": "finish", "reason": "stop"}
    assert as_json(UsageReported(output_tokens=0)) == {"type": "usage", "output_tokens": 0}


def test_raised_flags_and_required_falsehoods_are_present() -> None:
    assert as_json(Finished("stop", "eos", inferred=True))["inferred"] is True
    assert as_json(Failed("auth", retryable=False)) == {
        "type": "error",
        "kind": "auth",
        "retryable": False,
    }
