"""The calculator and the clock."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from streaming.tools import builtin
from streaming.tools.builtin import clock
from streaming.tools.builtin.arithmetic import CHARACTERS, CannotCompute, computed

VALUES = {
    "1 + 2 * 3": "7",
    "(1 + 2) * 3": "9",
    "2 ** 3 ** 2": "512",
    "-2 ** 2": "-4",
    "2 ** -1": "0.5",
    "2^10": "1024",
    "7 // 2": "3",
    "-7 // 2": "-4",
    "-7 % 3": "2",
    "0.1 + 0.2": "0.3",
    "1e3": "1000",
    "10 / 4": "2.5",
    "1 / 3": "0." + 34 * "3",
    "6 × 7 − 2": "40",
    "--5": "5",
    "sqrt(2) * sqrt(2)": "2",
    "max(1, 5, 3) + min(4, 2)": "7",
    "round(2.675, 2)": "2.68",
    "round(1234, -2)": "1200",
    "factorial(20)": "2432902008176640000",
    "sin(0) + cos(0)": "1",
    "ln(e)": "1",
    "abs(-3.50)": "3.5",
    "123456789012345678901234567890 + 1": "123456789012345678901234567891",
}
SENTENCES = {
    "": "The expression ends too early.",
    "1 +": "The expression ends too early.",
    "1 2": "'2' is not expected there.",
    "()": "')' is not expected there.",
    "1 / 0": "Nothing can be divided by zero.",
    "0 / 0": "Nothing can be divided by zero.",
    "9 ** 9 ** 9": "The value is too large.",
    "exp(1e9)": "The value is too large.",
    "1e99999": "The value is too large.",
    "sqrt(-1)": "This cannot be computed.",
    "factorial(1e9)": "factorial takes whole numbers from 0 to 400.",
    "sqrt(1, 2)": "sqrt takes one value.",
    "round(1, 99)": "round takes a value and at most 34 places.",
    "__import__('os')": "'_' is not arithmetic.",
    "open(1)": "'open' is not known here.",
    "1; 2": "';' is not arithmetic.",
    "٣ + 1": "'٣' is not arithmetic.",
    "(" * 400 + "1": "Parentheses go at most 40 deep.",
    "1" * (CHARACTERS + 1): "An expression has at most 1000 characters.",
}


@pytest.mark.parametrize("expression", VALUES)
def test_it_computes(expression: str) -> None:
    assert computed(expression) == VALUES[expression]


@pytest.mark.parametrize("expression", SENTENCES)
def test_what_it_cannot_compute_is_said_in_a_sentence(expression: str) -> None:
    with pytest.raises(CannotCompute) as said:
        computed(expression)
    assert str(said.value) == SENTENCES[expression]


def test_the_longest_work_is_short() -> None:
    began = time.monotonic()
    longest = ("+".join(["factorial(400)"] * 60), "**".join(["1.0000001"] * 90), "-" * 999)
    for expression in longest:
        with suppress(CannotCompute):
            computed(expression)
    assert time.monotonic() - began < 1


def test_the_clock_knows_zones() -> None:
    now = datetime(2026, 11, 27, 23, 51, 2, tzinfo=UTC)
    assert (
        clock.told("", now) == "Friday, 27 November 2026, 23:51:02 (2026-11-27T23:51:02+00:00, UTC)"
    )
    assert clock.told("Africa/Nairobi", now).startswith("Saturday, 28 November 2026, 02:51:02")


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "/etc/localtime"])
def test_an_unknown_zone_is_an_error_for_the_model(zone: str) -> None:
    reply = builtin.run("current_time", {"time_zone": zone})
    assert reply.is_error
    assert "no time zone" in reply.text


def test_arguments_of_another_type_are_an_error_for_the_model() -> None:
    reply = builtin.run("calculate", {"expression": 3})
    assert (reply.text, reply.is_error) == ('"expression" has to be a string.', True)
