"""Texts to search in, and what a reading of every one of them finds."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import accumulate

from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from conversations.search import matching
from conversations.search.conditions import Scope
from conversations.search.index.folding import fold
from conversations.search.query import parse

SYLLABLES = ("ba", "ko", "ti", "re", "mu", "la", "né", "SO", "vi", "da", "ß", "pe")
UNSPACED = ("模型", "中国人民", "がくせい", "ガッコウ", "สวัสดี", "ครับ", "학교", "🎉")
POINTED = ("كِتَاب", "الكتاب", "أحمد", "مـــحمد", "שָׁלוֹם", "Ελλάδα")


def vocabulary(size: int) -> list[str]:
    """Words, commonest first: two letters or two characters, some that begin like others."""
    chance = random.Random(7)
    made = {
        f"{''.join(chance.choices(SYLLABLES, k=chance.randint(1, 3)))}": None for _ in range(size)
    }
    words = list(made)
    for at, word in enumerate((*UNSPACED, *POINTED)):
        words.insert(3 * at + 1, word)
    return words


def texts(words: Sequence[str], number: int) -> list[str]:
    """Texts in which the nth word is n times as rare as the first."""
    chance = random.Random(11)
    weights = list(accumulate(1 / rank for rank in range(1, len(words) + 1)))
    between = (" ", " ", ", ", "\n", "-", "")
    return [
        "".join(
            word + chance.choice(between)
            for word in chance.choices(words, cum_weights=weights, k=chance.randint(1, 40))
        )
        for _ in range(number)
    ]


def written(owner: User, *said: str) -> list[Message]:
    """A prompt for each text, in one conversation."""
    thread = Conversation.objects.create(owner=owner, title="")
    return [Message.objects.create(conversation=thread, role="user", text=text) for text in said]


def found(owner: User, text: str) -> set[int | None]:
    """The messages that the index finds; None stands for titles."""
    matches = matching.newest(parse(text), Scope(owner.pk), 10_000)
    return {match.message_id for match in matches}


def read(messages: Sequence[Message], text: str) -> set[int | None]:
    """The messages that hold all of it, by reading each."""
    patterns = [re.compile(term.pattern) for term in parse(text).terms]
    return {
        message.pk
        for message in messages
        if all(pattern.search(fold(message.text)) for pattern in patterns)
    }
