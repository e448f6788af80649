"""Texts for the bench of the search, and what is looked for in them.

Words have Zipf's distribution: the nth is n times as rare as the first. A tenth of the texts is
Chinese.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import accumulate

MESSAGES, CONVERSATIONS = 100_000, 10_000
AT_ONCE = 1_000
SYLLABLES = ("ba", "ko", "ti", "re", "mu", "la", "ne", "so", "vi", "da", "pe", "gu", "chi", "fa")
LENGTHS = (5, 10, 20, 60, 100, 150, 250)

chance = random.Random(1)
made = dict.fromkeys("".join(chance.choices(SYLLABLES, k=1 + at % 5)) for at in range(40_000))
words = sorted(made, key=len)
word_weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
characters = [chr(0x4E00 + at) for at in range(3_000)]
character_weights = list(accumulate((rank + 5) ** -0.9 for rank in range(3_000)))


def text(number: int) -> str:
    length = chance.choice(LENGTHS)
    if number % 10 == 0:
        return "".join(chance.choices(characters, cum_weights=character_weights, k=2 * length))
    return " ".join(chance.choices(words, cum_weights=word_weights, k=length))


def queries() -> Mapping[str, Sequence[str]]:
    """By their kind."""
    return {
        "commonest words": words[:3],
        "two letters": words[3:10],
        "common words": [words[rank] for rank in (20, 50, 100, 200, 500)],
        "rare words": [words[rank] for rank in (1000, 2000, 5000, 10_000, 15_000, -1)],
        "beginnings": [words[rank][:3] for rank in (100, 1000, 10_000)],
        "several words": [
            *(" ".join(words[at : at + 2]) for at in (0, 3, 40, 400)),
            f"{words[0]} {words[9000]}",
        ],
        "phrases": [
            *(_phrase(words[at : at + 3]) for at in (0, 5, 50)),
            _phrase(words[:2]),
            _phrase([words[6000], words[0]]),
        ],
        "phrases of common words that nobody wrote": [
            _phrase(words[:6]),
            _phrase([words[2], *words[:5]]),
        ],
        "two characters": ["".join(characters[at : at + 2]) for at in (0, 10, 100, 1000)],
        "other Chinese": [characters[0], characters[500], "".join(characters[:3])],
        "filters": [
            f"{words[0]} is:interrupted",
            f"{words[3]} has:code",
            "is:stopped",
            f"{words[0]} model:sonnet",
            f"{words[1]} before:2020",
            f"{words[1]} after:2020",
        ],
        "nothing": ["nothingofthekind", f"{words[0]} nothingofthekind"],
    }


def _phrase(some: Sequence[str]) -> str:
    return f'"{" ".join(some)}"'


def fill(owner_id: int) -> None:
    from conversations.models import Conversation, Message, SearchEntry
    from conversations.search.index import entries
    from conversations.search.index.rows import Ending

    threads = Conversation.objects.bulk_create(
        Conversation(owner_id=owner_id, title=text(1)[:60]) for _ in range(CONVERSATIONS)
    )
    entries.write(SearchEntry(**entries.title_of(each).row()) for each in threads)
    endings = [Ending("gpt-4.1-mini")] * 97 + [Ending("claude-sonnet-4.5", "interrupted")] * 2
    endings.append(Ending("claude-sonnet-4.5", "stopped"))
    for start in range(0, MESSAGES, AT_ONCE):
        messages = Message.objects.bulk_create(
            Message(
                conversation=threads[at * CONVERSATIONS // MESSAGES],
                role="assistant",
                text=text(at),
            )
            for at in range(start, start + AT_ONCE)
        )
        entries.write(
            SearchEntry(**entries.text_of(each).row(chance.choice(endings))) for each in messages
        )
