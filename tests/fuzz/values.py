"""Values that somebody could send: of any type, and such as code trips over."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.support.hostile.corpus import LINES, POLYGLOT

TRIPPING = (
    *("", " ", "\n", "0", "-1", "00", "1e999", "NaN", "Infinity", "9" * 18, "9" * 40, "0x1", "1.5"),
    *("٣", "²", "１", "true", "on", "off", "None", "null", "[]", "{}", '""', "\x00", "a\x00b"),
    *(
        "\ud800",
        "\udfff",
        "😀",
        "\u202e",
        "é" * 300,
        "x" * 5000,
        "../../etc/passwd",
        "/",
        "//",
        "?",
    ),
    *("00000000-0000-0000-0000-000000000000", "urn:uuid:00000000-0000-0000-0000-000000000000"),
    *("puppet/teller", "puppet/", "/teller", "puppet", "a/b/c", "demo/", "2026-02-30", "2026-13"),
    *("2100-01-01T00:00:00+00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59+14:00", "1970"),
    *("before", "after", "edit", "save", "remove", "undo", "send", "keep", "delete", "preview"),
    *(
        "leave-out",
        "sum-up",
        "window",
        "all",
        "up",
        "down",
        "from:x",
        "is:failed",
        '"',
        "-",
        "a -b",
    ),
    POLYGLOT,
    *LINES.values(),
)
TEXTS = (
    st.sampled_from(TRIPPING) | st.text(max_size=40) | st.integers().map(str) | st.uuids().map(str)
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([0, -1, 2**31, 2**53, 2**63, 2**64, 10**40, 1.5, -0.0, 1e308])
    | st.floats()
    | TEXTS
)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def deep(levels: int, inside: str = "") -> str:
    """JSON that is nested so deeply."""
    return "[" * levels + inside + "]" * levels
