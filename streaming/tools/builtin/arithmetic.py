"""Arithmetic on text: a parser of its own, so nothing else can be written in an expression.

Bounds hold length, depth and digits, so that every expression takes a few milliseconds at most.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, DecimalException, localcontext
from typing import NoReturn

CHARACTERS = 1000
DEPTH = 40
DIGITS, MORE_DIGITS = 34, 16  # that are shown, and that are computed besides
LARGEST_EXPONENT = 999
LARGEST_FACTORIAL = 400

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|//|[-+*/%^(),]))",
    re.ASCII,
)
_SAME = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-"})


class CannotCompute(Exception):
    """In a sentence, for the model."""


def computed(expression: str) -> str:
    """The value, in digits; raises CannotCompute."""
    if len(expression) > CHARACTERS:
        raise CannotCompute(f"An expression has at most {CHARACTERS} characters.")
    context = Context(prec=DIGITS + MORE_DIGITS, Emax=LARGEST_EXPONENT, Emin=-LARGEST_EXPONENT)
    with localcontext(context):
        try:
            value = _Parser(expression.translate(_SAME)).whole()
            return _written(Context(prec=DIGITS).plus(value))
        except DecimalException as trouble:
            raise CannotCompute(_explained(trouble)) from None


class _Parser:
    """Recursive descent; values, not trees, come out of it."""

    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._depth = 0

    def whole(self) -> Decimal:
        value = self._sum()
        if self._at < len(self._tokens):
            self._lost()
        return value

    def _sum(self) -> Decimal:
        self._depth += 1
        if self._depth > DEPTH:
            raise CannotCompute(f"Parentheses go at most {DEPTH} deep.")
        value = self._product()
        while sign := self._taken("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        self._depth -= 1
        return value

    def _product(self) -> Decimal:
        value = self._signed()
        while sign := self._taken("*", "//", "/", "%"):
            other = self._signed()
            value = _PRODUCTS[sign](value, other)
        return value

    def _signed(self) -> Decimal:
        negative = False
        while sign := self._taken("+", "-"):
            negative ^= sign == "-"
        value = self._power()
        return -value if negative else value

    def _power(self) -> Decimal:
        bases = [self._atom()]
        while self._taken("**", "^"):
            negative = False
            while sign := self._taken("+", "-"):
                negative ^= sign == "-"
            bases.append(-self._atom() if negative else self._atom())
        value = bases.pop()
        while bases:
            value = bases.pop() ** value
        return value

    def _atom(self) -> Decimal:
        kind, text = self._next()
        if kind == "number":
            return +Decimal(text)
        if text == "(":
            value = self._sum()
            self._expect(")")
            return value
        if text in CONSTANTS:
            return CONSTANTS[text]
        if kind == "name" and text in FUNCTIONS:
            return FUNCTIONS[text](self._arguments(text))
        if kind == "name":
            raise CannotCompute(f"{text[:32]!r} is not known here.")
        return self._lost(-1)

    def _arguments(self, name: str) -> list[Decimal]:
        self._expect("(")
        values = [self._sum()]
        while self._taken(","):
            values.append(self._sum())
        self._expect(")")
        if len(values) != 1 and name not in SEVERAL:
            raise CannotCompute(f"{name} takes one value.")
        return values

    def _next(self) -> tuple[str, str]:
        if self._at == len(self._tokens):
            raise CannotCompute("The expression ends too early.")
        self._at += 1
        return self._tokens[self._at - 1]

    def _taken(self, *signs: str) -> str:
        if self._at < len(self._tokens) and self._tokens[self._at][1] in signs:
            self._at += 1
            return self._tokens[self._at - 1][1]
        return ""

    def _expect(self, sign: str) -> None:
        if not self._taken(sign):
            self._lost()

    def _lost(self, before: int = 0) -> NoReturn:
        if self._at + before >= len(self._tokens):
            raise CannotCompute("The expression ends too early.")
        raise CannotCompute(f"{self._tokens[self._at + before][1][:32]!r} is not expected there.")


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CannotCompute(f"{text[at:].strip()[:1]!r} is not arithmetic.")
        found.append((str(match.lastgroup), match[str(match.lastgroup)]))
        at = match.end()
    return found


def _written(value: Decimal) -> str:
    """Without an exponent while that can be read."""
    if value == value.to_integral_value() and abs(value.adjusted()) < DIGITS:
        return f"{value.to_integral_value():f}"
    short = value.normalize()
    return f"{short:f}" if -12 < short.adjusted() < DIGITS else str(short)


def _explained(trouble: DecimalException) -> str:
    name = type(trouble).__name__
    if name == "DivisionByZero":
        return "Nothing can be divided by zero."
    if name == "Overflow":
        return "The value is too large."
    return "This cannot be computed."


def _factorial(value: Decimal) -> Decimal:
    if value != value.to_integral_value() or not 0 <= value <= LARGEST_FACTORIAL:
        raise CannotCompute(f"factorial takes whole numbers from 0 to {LARGEST_FACTORIAL}.")
    return +Decimal(math.factorial(int(value)))


def _rounded(values: list[Decimal]) -> Decimal:
    places = values[1] if len(values) > 1 else Decimal(0)
    if places != places.to_integral_value() or abs(places) > DIGITS or len(values) > 2:
        raise CannotCompute(f"round takes a value and at most {DIGITS} places.")
    return values[0].quantize(Decimal(1).scaleb(-int(places)))


def _by_float(function: Callable[[float], float]) -> Callable[[list[Decimal]], Decimal]:
    """What decimals have no function for: right to about 15 digits."""

    def compute(values: list[Decimal]) -> Decimal:
        try:
            return Decimal(repr(function(float(values[0]))))
        except (ValueError, OverflowError):
            raise CannotCompute("This cannot be computed.") from None

    return compute


def _divided(one: Decimal, other: Decimal) -> Decimal:
    if not other:
        raise CannotCompute("Nothing can be divided by zero.")
    return one / other


def _floored(one: Decimal, other: Decimal) -> Decimal:
    return _divided(one, other).to_integral_value(ROUND_FLOOR)


_PRODUCTS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "*": lambda one, other: one * other,
    "/": _divided,
    "//": _floored,
    "%": lambda one, other: one - other * _floored(one, other),
}
CONSTANTS: Mapping[str, Decimal] = {
    "pi": Decimal("3.14159265358979323846264338327950288419716939937511"),
    "e": Decimal("2.71828182845904523536028747135266249775724709369996"),
}
FUNCTIONS: Mapping[str, Callable[[list[Decimal]], Decimal]] = {
    "abs": lambda values: abs(values[0]),
    "ceil": lambda values: values[0].to_integral_value(ROUND_CEILING),
    "cos": _by_float(math.cos),
    "exp": lambda values: values[0].exp(),
    "factorial": lambda values: _factorial(values[0]),
    "floor": lambda values: values[0].to_integral_value(ROUND_FLOOR),
    "ln": lambda values: values[0].ln(),
    "log10": lambda values: values[0].log10(),
    "max": max,
    "min": min,
    "round": _rounded,
    "sin": _by_float(math.sin),
    "sqrt": lambda values: values[0].sqrt(),
    "tan": _by_float(math.tan),
}
SEVERAL = ("max", "min", "round")
