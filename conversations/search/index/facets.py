"""What an index row says about a text next to its words, so that filters are looked up like words.

A facet is one token, such as `is=stopped`; no word holds an equals sign. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from conversations.search.index.terms import tokens

INTERRUPTED, STOPPED, FAILED = "interrupted", "stopped", "failed"
STATES = (INTERRUPTED, STOPPED, FAILED)
"""How an answer ended that did not come to its end."""

CODE = "code"
FENCES = ("```", "~~~")


def owned_by(owner_id: int) -> str:
    return f"of={owner_id}"


def within(conversation: UUID) -> str:
    return f"in={conversation.hex}"


def ended_as(state: str) -> str:
    return f"is={state}"


def written_by(model: str) -> str:
    """The model as somebody writes it: this, or what begins with this."""
    return f"by={model_words(model)}"


HAS_CODE = f"has={CODE}"
TITLE, MESSAGE = "as=title", "as=message"


def facets_of(
    owner_id: int, conversation: UUID, text: str, *, title: bool, model: str, state: str
) -> str:
    """All facets of one text, with a space before, between and after them."""
    found = [owned_by(owner_id), within(conversation), TITLE if title else MESSAGE]
    if state:
        found.append(ended_as(state))
    if not title and any(fence in text for fence in FENCES):
        found.append(HAS_CODE)
    return f" {' '.join([*found, *_models(model)])} "


def model_words(model: str) -> str:
    """The letters of a model's name, for people spell the rest in many ways."""
    return "".join(tokens(model))


def _models(model: str) -> Iterator[str]:
    """The name from each of its words on: `sonnet` finds `claude-sonnet-4` as `claude` does."""
    words = tokens(model)
    return (f"by={''.join(words[start:])}" for start in range(len(words)))
