"""Where a thread stands, and all that leads a page there: for pages that ask by GET."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import TimeoutError as TooLate
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_language

from streaming.journal import store
from streaming.live import protocol
from streaming.live.answers.rendered_answer import RenderedAnswer
from streaming.live.broadcast import BroadcastItem
from streaming.live.position import Position
from streaming.live.rendering import Frame
from streaming.live.thread import catch_up, whereabouts
from streaming.live.thread.catch_up import News
from streaming.site import Site

logger = logging.getLogger(__name__)

FRAMES_SECONDS = 2.0
"""How long a reply waits for what a running answer wrote last."""


def look(conversation_id: UUID, owner_id: int) -> Position | None:
    """The end of the thread, cheaply; None if the conversation is not its owner's."""
    position = whereabouts.end_of(conversation_id, owner_id)
    if position is None or position.generation is None or not position.running:
        return position
    pk = position.generation
    return replace(position, after=store.last_seqs([pk]).get(pk, 0))


def news_since(
    site: Site, conversation_id: UUID, owner_id: int, position: Position
) -> Sequence[str] | None:
    """What a socket would send a page at `position`, up to now. From any thread but the loop's."""
    news = catch_up.catch_up(conversation_id, owner_id, position)
    if news is None:
        return None
    if news.position.running:
        news = _with_frames(site, news)
    return [*news.fragments, protocol.stands(news.position)]


def _with_frames(site: Site, news: News) -> News:
    """Led on by what the running answer wrote since; the next question tells what is later."""
    sent, position = list(news.fragments), news.position
    for item in _items(site, position):
        match item:
            case Frame():
                sent.append(item.text)
                position = replace(position, after=item.end)
                if item.status:
                    position = replace(position, status=item.status)
                    sent.append(protocol.ended(position))
            case RenderedAnswer():
                sent.append(catch_up.whole(position.leaf or 0, item))
                position = replace(position, after=item.cursor)
    return News(sent, position)


def _items(site: Site, position: Position) -> Sequence[BroadcastItem]:
    language = get_language() or settings.LANGUAGE_CODE
    since = site.broadcasts.since(
        position.generation or 0, position.leaf or 0, position.after, language
    )
    reading = asyncio.run_coroutine_threadsafe(since, site.loop)
    try:
        return reading.result(FRAMES_SECONDS)
    except TooLate:
        reading.cancel()
        logger.warning("Generation %s could not be read in time", position.generation)
        return ()
