"""The texts of the demo models: the whole answer to a prompt, the same each time."""

from __future__ import annotations

import re
import zlib
from functools import cache
from itertools import count
from pathlib import Path

_FOLDER = Path(__file__).with_name("texts")
_TOPICS = {
    "river": ("river", "delta", "water", "sand", "flood", "geolog", "coast"),
    "backpressure": ("backpressure", "pressure", "queue", "stream", "buffer", "async", "python"),
}
_ON_TOPIC = (
    "Gladly. I wrote this down some time ago, and it still holds:",
    "A good thing to ask about. Here is how I think of it:",
    "With pleasure. The long answer first, the short one at the end.",
)
_OFF_TOPIC = (
    "You asked: “{asked}” I am a demo and know only two essays by heart, so here is one of them:",
    "“{asked}”: a real model would have an opinion about that. I have an essay instead:",
    "I cannot say much about “{asked}”, being a demo. But I can show what an answer looks like:",
)
_GREETINGS = ("hi", "hello", "hey", "test", "moin", "hallo", "salut", "ping", "good morning")
_GREETING = (
    "Hello! 👋 I am the demo model, and I live on this machine. Ask me how a **river delta** forms "
    "or what **backpressure** is, or stay for the tour; here is one of my two essays."
)
_BRIEF = (
    "You said “{asked}”, and that is {size} to work with. "
    "I am a demo, so I answer everything briefly and in good spirits. Ask me something else! 🙂"
)
_BRIDGE = (
    "\n\nHere another hand takes over, because I do not know how this text was meant to end.\n"
)


def essay(prompt: str) -> str:
    """A long Markdown answer: heading, list, table, code, maths, quote, link, emoji."""
    topic = _topic(prompt)
    opening = _pick(_ON_TOPIC if topic else _OFF_TOPIC, prompt).format(asked=quotable(prompt))
    if _normalised(prompt) in _GREETINGS or not _normalised(prompt):
        opening = _GREETING
    return f"{opening}\n\n{_read(topic or _pick(tuple(_TOPICS), prompt))}"


def brief(prompt: str) -> str:
    """Three sentences."""
    words = len(prompt.split())
    size = "one word" if words == 1 else f"{words or 'not many'} words"
    return _BRIEF.format(asked=quotable(prompt), size=size)


def section(prompt: str) -> str:
    """The beginning of the essay, about a thousand characters."""
    whole = essay(prompt)
    return whole[: whole.rindex("\n\n", 0, 1200)] + "\n"


def unicode_tour() -> str:
    """A short text with everything that is more than one byte, UTF-16 unit or column."""
    # Invisible characters are escapes in the file, so that a reader sees them.
    escape = re.compile(r"\\u([0-9a-f]{4})")
    return escape.sub(lambda match: chr(int(match[1], 16)), _read("unicode"))


@cache
def code_listing(characters: int) -> str:
    """Exactly that many characters of Markdown: one block of code, no two lines the same."""
    head, tail = "```python\n", "```\n"
    room = characters - len(head) - len(tail)
    lines = "".join(f'level["{n}"] = "<{n}> & \'{n}\'"  # {n}\n' for n in range(room // 24))
    return f"{head}{lines[: room - 1]}\n{tail}"


@cache
def filler(characters: int) -> str:
    """Exactly that many characters of Markdown, under numbered headings."""
    pieces: list[str] = []
    length = 0
    passage = _read("passage").strip()
    for number in count(1):
        if length >= characters:
            break
        pieces.append(f"### Basin {number}\n\n{passage}\n\n")
        length += len(pieces[-1])
    return "".join(pieces)[:characters]


def quotable(prompt: str) -> str:
    """The prompt as it can be quoted inside a sentence of Markdown."""
    line = " ".join(re.sub(r"[^\w\s.,;:?!'’–-]|_", " ", prompt).split()) or "…"
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"


def remainder(whole: str, partial: str) -> str:
    """What follows `partial`; a text that another model began is continued too."""
    if whole.startswith(partial):
        return whole[len(partial) :]
    tail = partial[-40:]
    end = whole.find(tail)
    return whole[end + len(tail) :] if tail and end >= 0 else _BRIDGE


def _topic(prompt: str) -> str | None:
    words = re.findall(r"[a-z]+", prompt.lower())
    hits = {name: sum(word.startswith(stems) for word in words) for name, stems in _TOPICS.items()}
    best = max(hits, key=lambda name: hits[name])
    return best if hits[best] else None


def _normalised(prompt: str) -> str:
    return prompt.strip(" \n\t.!?,").lower()


def _pick(choices: tuple[str, ...], prompt: str) -> str:
    return choices[zlib.crc32(prompt.encode("utf-8", "replace")) % len(choices)]


@cache
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text("utf-8")
