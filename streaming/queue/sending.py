"""Prompts into the line and out of it: sent when it is their turn, or held and said why.

The row of a prompt goes in the transaction in which its message and generation are made. Whoever is
cut off before that leaves it in line, where `recovery` finds it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import TimeoutError as StillRunning
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations.access import Person
from conversations.files import attached
from conversations.models import Conversation, Message, Project
from conversations.requests import prompt_key
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.cluster.bus import Topic
from streaming.error_messages import replies
from streaming.models import Generation, QueuedPrompt
from streaming.providers.parameters import Parameters
from streaming.queue import line
from streaming.queue.turns import Turn, turn_of
from streaming.runs.refusals import Refused, ShuttingDown, StillWriting, TooFull, TooMuch
from streaming.site import site

logger = logging.getLogger(__name__)

TRIES = 5
STOP_SECONDS = 2.0


class NotItsTurn(Exception):
    """Something happened in the conversation since it was looked at."""


def send(
    user: Person,
    key: UUID,
    conversation: Conversation | None,
    prompt: str,
    choice: ModelChoice,
    *,
    is_temporary: bool = False,
    project: Project | None = None,
    parameters: Parameters | None = None,
    files: Sequence[UUID] = (),
) -> Generation | QueuedPrompt:
    """Ask `prompt` at the end of the conversation: now, or once what is before it has ended."""
    for _ in range(TRIES):
        try:
            return actions.send(
                user,
                key,
                conversation,
                prompt,
                choice,
                is_temporary=is_temporary,
                project=project,
                parameters=parameters,
                files=files,
            )
        except StillWriting:
            assert conversation is not None
            own = prompt_key(key, conversation.pk, prompt, files)
            if waiting := _put_in_line(conversation, own, prompt, choice, files):
                advance(conversation.pk)  # the answer may have ended just before
                return waiting
    raise StillWriting(replies.STILL_WRITING)


def _put_in_line(
    conversation: Conversation,
    key: UUID,
    prompt: str,
    choice: ModelChoice,
    files: Sequence[UUID] = (),
) -> QueuedPrompt | None:
    """The prompt in line; None if it was sent, or there is nothing to wait for. Raises TooMuch.

    What is sent while an answer is being stopped is meant for after the stop, which holds the rest:
    also when the answer has just ended, and whoever ended it has not come to hold the line yet.
    A request that comes again after its prompt was taken out of the line is refused: whoever wants
    it after all sends it anew.
    """
    with transaction.atomic():
        thread = actions.held(conversation.pk)
        if Generation.objects.is_used(thread.owner_id, key):
            return None
        if before := line.find_any(thread, key):
            if before.removed_at is not None:
                raise Refused(replies.TAKEN_OUT)
            return before
        last = thread.generations.filter(replaced=None).order_by("-pk").first()
        is_running = last is not None and last.status == Generation.Status.RUNNING
        if not (is_running or thread.queued_prompts.waiting().exists()):
            return None
        stopping = last is not None and last.stop_requested_at is not None
        urgent = stopping and not thread.queued_prompts.waiting().filter(urgent=True).exists()
        if urgent:
            line.hold_back(thread, QueuedPrompt.Held.STOPPED)
        waiting = line.add(thread, key, prompt, choice, urgent=urgent, files=files)
        tell(thread.pk)
    return waiting


def advance(conversation_id: UUID) -> None:
    """After an answer has ended: send the prompt whose turn it is, or hold the line."""
    if not QueuedPrompt.objects.is_waiting(conversation_id):
        return
    try:
        settle(conversation_id)
    except TooMuch as trouble:
        if trouble.wait is None or trouble.wait > settings.QUEUED_WAIT_SECONDS:
            _hold_all(conversation_id, QueuedPrompt.Held.LIMIT)
    except (StillWriting, ShuttingDown):
        pass  # whoever ends that answer, or serves next, comes here again
    except TooFull:
        _hold_all(conversation_id, QueuedPrompt.Held.FULL)
    except Refused as trouble:
        logger.info("Conversation %s sends nothing of its line: %s", conversation_id, trouble)


def settle(conversation_id: UUID) -> Generation | None:
    """Send or hold what waits there; the answer that begins. Raises Refused."""
    owned = Conversation.objects.select_related("owner").filter(owner__is_active=True)
    thread = owned.filter(pk=conversation_id).first()
    for _ in range(TRIES if thread else 0):
        assert thread is not None
        turn = _turn_or_hold(conversation_id)
        if turn.prompt is None:
            return None
        with suppress(NotItsTurn):
            return _send(thread.owner, turn.prompt)
    return None


def send_now(
    user: Person, conversation: Conversation, key: UUID, stops: int | None, *, asks: bool = True
) -> None:
    """Send it next: at once, after a stop of the answer `stops`, or after any with `asks` unset.

    A page shows which answer its button stops; another one that runs meanwhile is not stopped.
    Done once it was sent, or after a while. Raises Refused.
    """
    with transaction.atomic():
        running = _make_next(actions.held(conversation.pk), key, stops, asks=asks)
    if running is not None:
        with suppress(StillRunning):
            actions.stop(running).result(STOP_SECONDS)
    try:
        settle(conversation.pk)
    except StillWriting:
        pass  # it is next
    except TooMuch:
        _hold_all(conversation.pk, QueuedPrompt.Held.LIMIT)
        raise
    except TooFull:
        _hold_all(conversation.pk, QueuedPrompt.Held.FULL)
        raise


def _make_next(
    thread: Conversation, key: UUID, stops: int | None, *, asks: bool
) -> Generation | None:
    """Make it the next one; the answer to stop for it, which is marked in the same transaction."""
    prompt = line.find(thread, key)
    if prompt is None:
        return None  # it was sent, or taken out
    running = thread.generations.running().first()
    stopped = running if running and (not asks or _is_same(running, stops)) else None
    line.release_after(prompt)
    others = thread.queued_prompts.filter(urgent=True).exclude(pk=prompt.pk)
    line.change(others, urgent=False)
    line.change_one(prompt, held="", editing=False, urgent=stopped is not None or not running)
    line.place_first(prompt)
    if stopped is not None:
        wish = Coalesce("stop_requested_at", Value(timezone.now()))
        Generation.objects.running().filter(pk=stopped.pk).update(stop_requested_at=wish)
    tell(thread.pk)
    return stopped


def _is_same(running: Generation, shown: int | None) -> bool:
    """Whether a page that shows the one as running means the other, which may continue it."""
    if running.automatic and shown is not None:
        return running.message.generations.filter(pk=shown).exists()
    return running.pk == shown


def tell(conversation_id: UUID) -> None:
    """Once it is committed, let every page of the conversation look again."""
    transaction.on_commit(lambda: site().bus.publish_soon(Topic.THREAD.of(conversation_id)))


def _turn_or_hold(conversation_id: UUID) -> Turn:
    """Whose turn it is; the line is held if it is nobody's without a person."""
    with transaction.atomic():
        thread = actions.held(conversation_id)
        turn = turn_of(thread)
        if turn.why:
            line.hold_back(thread, turn.why)
            tell(thread.pk)
    return turn


def _hold_all(conversation_id: UUID, why: str) -> None:
    with transaction.atomic():
        line.hold_back(actions.held(conversation_id), why)
        tell(conversation_id)


def _send(owner: Person, prompt: QueuedPrompt) -> Generation:
    """Make of the row a message and its answer. Raises NotItsTurn, Refused."""

    def begin(has_turn: bool) -> Generation:
        thread = actions.held(prompt.conversation_id)
        turn = turn_of(thread)
        if turn.prompt != prompt:
            raise NotItsTurn
        now = turn.prompt
        now.delete()
        asked = Message.objects.create(
            conversation=thread, parent_id=turn.parent, role=Message.Role.USER, text=now.text
        )
        attached.attach(asked, owner.pk, now.file_ids)
        thread.parameters = now.parameters  # for this answer: they are not saved
        choice = ModelChoice(now.provider, now.model)
        return actions.answer_anew(owner, now.key, asked, choice, has_turn)

    actions.refuse_when_closing()
    generation = actions.begin_once(owner, prompt.key, begin)
    QueuedPrompt.objects.filter(pk=prompt.pk).delete()  # if it had been sent before
    return generation
