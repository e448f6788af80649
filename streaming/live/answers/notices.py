"""What a reader is told of an answer that was cut, stopped or broke off: a headline, a sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from conversations.quotas import holding
from streaming.error_messages import endings, failures
from streaming.error_messages.durations import LONG_SECONDS
from streaming.error_messages.retelling import retold
from streaming.models import Generation
from streaming.runs import user_queue
from streaming.runs.standing import resumable_run
from streaming.site import is_serving, site

Status = Generation.Status


class Notice(NamedTuple):
    """`tone` is amber where the answer can be resumed, red where something is wrong."""

    headline: str = ""
    sentence: str = ""
    tone: str = ""
    retry: bool = False
    retry_after: float | None = None
    request_id: str = ""


NOTHING = Notice()
CALLS_CAME_BACK = Notice(endings.CALLS, endings.CALLS_WAIT, "amber")


def of(generation: Generation, text: str) -> Notice:
    """What to say of an ended run, or of an edit after it, whose message now holds `text`."""
    notice = _of(generation, text)
    if not generation.is_edit or not resumable_run(generation, text):
        return notice
    return notice._replace(sentence=f"{notice.sentence} {endings.EDITED}")


def _of(generation: Generation, text: str) -> Notice:
    match generation.status:
        case Status.CANCELLED:
            chief = generation.stopped_by_administrator
            what = endings.BY_AN_ADMINISTRATOR if chief else endings.BY_YOU
            sentence = f"{endings.kept(text, what)} {retold(generation.error_message)}".strip()
            return Notice(endings.STOPPED, sentence, "", retry=True)
        case Status.INTERRUPTED:
            sentence = endings.kept(text, endings.BY_THE_SERVER)
            return Notice(endings.INTERRUPTED, sentence, "amber", retry=True)
        case Status.FAILED:
            return _failed(generation, text)
    if generation.finish_reason in endings.EARLY:
        headline, sentence = endings.EARLY[generation.finish_reason]
        if not text.strip():
            sentence = endings.BEFORE_THE_FIRST_WORD.get(generation.finish_reason, sentence)
        return Notice(headline, sentence, "amber")
    return Notice("", "", retry=not text.strip())


def waiting(generation: Generation) -> Notice:
    """What to say of a running run that waits before it asks again."""
    left = (
        math.ceil((generation.retry_at - timezone.now()).total_seconds())
        if generation.retry_at
        else 0
    )
    if left <= 0:
        return NOTHING
    return Notice(_attempt(generation), retold(generation.error_message), "amber", retry_after=left)


def _attempt(generation: Generation) -> str:
    """Which of how many tries comes next; a resumed run counts its own requests only."""
    if generation.tries <= 1:
        return endings.RESUMING
    return endings.trying_again(
        generation.tries - 1, max(settings.AUTOMATIC_RETRIES, generation.tries - 1)
    )


def in_line(generation: Generation) -> Notice:
    """What to say of a run that waits for others of the same person to end."""
    person = generation.requested_by_id
    if person is not None and (own := user_queue.own_place(generation)):
        headline, sentence = endings.in_line(own, holding.of(person).running)
    elif place := user_queue.place_among_all(generation):
        headline, sentence = endings.in_line_of_all(place)
    else:
        return NOTHING
    return Notice(headline, sentence, "amber")


def making(generation: Generation) -> Notice:
    """What to say of a run whose answer comes whole."""
    provider = site().providers.get(generation.provider) if is_serving() else None
    return Notice(*endings.making(provider.config, generation.model)) if provider else NOTHING


def warnings(generation: Generation) -> list[str]:
    """What the provider gave to think about, though it did not end the answer."""
    told = (warned for warned in generation.warnings if warned["code"] not in endings.NOTES)
    return list(dict.fromkeys(map(_warning, told)))


def notes(generation: Generation) -> list[str]:
    """What came of the stream that is of interest to those who look at it."""
    told = (warned for warned in generation.warnings if warned["code"] in endings.NOTES)
    return list(dict.fromkeys(map(_warning, told)))


def _warning(warned: Mapping[str, str]) -> str:
    return endings.warning(warned["code"], warned["message"])


def _failed(generation: Generation, text: str) -> Notice:
    headline = endings.BROKEN_OFF if text.strip() else endings.NO_ANSWER
    sentence = retold(generation.error_message or failures.sentence(generation.error_code))
    if text.strip():
        sentence = f"{sentence} {endings.kept(text)}"
    return Notice(
        headline,
        sentence,
        "amber" if text.strip() else "red",
        retry=failures.can_retry(generation.error_code),
        retry_after=_left(generation),
        request_id=generation.upstream_request_id,
    )


def _left(generation: Generation) -> int | None:
    """Seconds until a retry may help; None where that is over, or nobody waits for it."""
    wish = generation.retry_after
    if wish is None or generation.ended_at is None or not wish < LONG_SECONDS:
        return None
    left = math.ceil(wish - (timezone.now() - generation.ended_at).total_seconds())
    return left if left > 0 else None
