"""Whether a person may use a model now: asked in the transaction that begins an answer with it."""

from __future__ import annotations

from conversations.models import Message
from streaming.audience.permits import may_use
from streaming.catalog.own_keys.keys import Trouble, key_for
from streaming.error_messages import failures, replies
from streaming.runs.refusals import Refused
from streaming.runs.standing import last_run
from streaming.site import site


def check(person_id: int, provider: str, model: str) -> None:
    """Raises Refused."""
    if not may_use(person_id, provider, model):
        raise Refused(replies.UNKNOWN_MODEL)
    if trouble := _key_trouble(person_id, provider):
        raise Refused(failures.sentence(trouble))


def writer(person_id: int, message: Message) -> tuple[str, str]:
    """Provider and model that wrote this message last, or the thread's; raises Refused where they
    are not connected any more, or not for this person.
    """
    last = last_run(message.generations.all()) or message.conversation
    if not _is_there(person_id, last.provider, last.model):
        raise Refused(replies.WRITER_GONE)
    return last.provider, last.model


def is_usable(person_id: int, provider: str, model: str) -> bool:
    """Whether it is connected, for this person, and with a key that fits."""
    is_there = _is_there(person_id, provider, model)
    return is_there and not _key_trouble(person_id, provider)


def _is_there(person_id: int, provider: str, model: str) -> bool:
    return site().runner.offers(provider) and may_use(person_id, provider, model)


def _key_trouble(person_id: int, provider: str) -> Trouble:
    key = key_for(person_id, provider)
    return key.trouble_at(site().runner.provider(provider).config.base_url) if key else ""
