"""What the palette offers: conversations by title or text, and commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse

from conversations import sentences
from conversations.access import Person
from conversations.keyboard.commands import Command, fitting
from conversations.models import Conversation
from conversations.search import finding
from conversations.search.hits import hit
from conversations.search.query import Query, parse
from conversations.search.snippets import Part

CONVERSATIONS = 8
"""How many are shown: as many as fit above the commands."""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation, or a place in it where the words are."""

    address: str
    title: Sequence[Part]
    text: Sequence[Part] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """`text` is what was typed; `places` are newest first where nothing was, else best first."""

    text: str
    places: Sequence[Place]
    commands: Sequence[Command]


def offer(user: Person, text: str, page: str = "") -> Offer:
    """What fits; on the page at that address its own conversation is none of the newest."""
    query = parse(text)
    if query.text:
        places = list(islice(_found(user, query), CONVERSATIONS))
    else:
        places = [place for place in _newest(user) if place.address not in page][:CONVERSATIONS]
    return Offer(query.text, places, fitting(user, query.text))


def _newest(user: Person) -> list[Place]:
    own = Conversation.objects.filter(owner_id=user.pk, archived=False).order_by("-updated_at")
    return [
        Place(
            reverse("conversations:open", args=[pk]),
            (Part(title or sentences.UNTITLED, is_marked=False),),
        )
        for pk, title in own.values_list("pk", "title")[: CONVERSATIONS + 1]
    ]


def _found(user: Person, query: Query) -> Iterator[Place]:
    """Each conversation once, at its best place."""
    seen = set()
    for entry in finding.find(user.pk, query).entries:
        if entry.conversation_id in seen:
            continue
        seen.add(entry.conversation_id)
        found = hit(entry, query)
        page = reverse("conversations:open", args=[entry.conversation_id])
        yield Place(found.address if entry.message_id else page, found.title, found.text)
