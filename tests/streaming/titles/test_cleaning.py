"""What a model says becomes one line of plain text, or nothing."""

from __future__ import annotations

import unicodedata

import pytest

from streaming.titles.cleaning import LONGEST, cleaned

SAID = {
    "Taps and drains": "Taps and drains",
    '"Taps and drains."': "Taps and drains",
    '"Taps and drains".': "Taps and drains",
    "“Taps and drains”": "Taps and drains",
    "„Hähne und Abflüsse“": "Hähne und Abflüsse",
    "« Robinets »": "Robinets",
    "「蛇口と排水」": "蛇口と排水",
    "蛇口と排水。": "蛇口と排水",
    "**Taps and drains**": "Taps and drains",
    "# Taps and drains": "Taps and drains",
    "### **“Taps”** and _drains_": "“Taps” and drains",
    "Title: Taps and drains": "Taps and drains",
    '**Title:** "Taps and drains"': "Taps and drains",
    "\n\n  \nTaps\nand drains\n": "Taps",
    "```\nTaps and drains\n```": "Taps and drains",
    "```text\nTaps and drains": "Taps and drains",
    "- Taps and drains": "Taps and drains",
    "1. Taps and drains": "Taps and drains",
    "> Taps and drains": "Taps and drains",
    "`taps.py` explained": "taps.py explained",
    "[Taps](https://example.invalid/x) and drains": "Taps and drains",
    "<b>Taps</b> and drains": "Taps and drains",
    "List<String> & <drains>": "List<String> & <drains>",
    "Taps\tand\u00a0\u2003drains": "Taps and drains",
    "Taps\u202e and\u2066 drains\u2069\u200b\x07": "Taps and drains",
    "\ufeffTaps": "Taps",
    "\ud800Taps\0": "Taps",
    "Wait for it...": "Wait for it...",
    "What is a tap?": "What is a tap?",
    'The "tap" and the "drain"': 'The "tap" and the "drain"',
    "Cleo's taps": "Cleo's taps",
    "C# and F#": "C# and F#",
    "snake_case_names and 2 * 3 * 4": "snake_case_names and 2 * 3 * 4",
    "1984": "1984",
    "Version 2.0": "Version 2.0",
    "👩\u200d🚒 at work": "👩\u200d🚒 at work",
    "می\u200cخواهم": "می\u200cخواهم",
    "": "",
    "  \n": "",
    '""': "",
    "***": "",
    "\u200b\u202e": "",
    "```": "",
}


@pytest.mark.parametrize("said", SAID)
def test_a_title_is_what_is_left_without_marks(said: str) -> None:
    assert cleaned(said) == SAID[said]


@pytest.mark.parametrize(
    "said", ["word " * 100, "x" * 500, "語" * 500, "# " + "**a** " * 200, '"' * 300, "[" * 900]
)
def test_a_long_one_is_cut_and_nothing_unseen_is_in_it(said: str) -> None:
    title = cleaned(said)
    assert len(title) <= LONGEST
    assert not any(unicodedata.category(each).startswith("C") for each in title)
    assert len(title.splitlines()) <= 1
    assert cleaned(title) == title
