"""Work that begins: a prompt, a resume, another answer, a retry. Each is one transaction.

The run starts when its rows are committed; a key that comes again gives the first result again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeAlias
from uuid import UUID

from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from conversations import branches
from conversations.access import Person
from conversations.answers.undoing import undone
from conversations.files import attached
from conversations.invisible import title_of
from conversations.models import Conversation, Message, Project
from conversations.requests import prompt_key
from conversations.trash import temporary
from streaming.catalog.model_menu import ModelChoice
from streaming.cluster.bus import Topic
from streaming.error_messages import failures, replies
from streaming.journal import searchable
from streaming.models import Generation, GenerationQuerySet, QueuedPrompt
from streaming.parameters import effective
from streaming.providers.parameters import Parameters
from streaming.quota import beginning
from streaming.quota.spent import Spent
from streaming.runs.job import Way, job_for, resume_way
from streaming.runs.refusals import Refused, ShuttingDown, StillWriting, TooMuch, refusal
from streaming.runs.standing import TEXT, continuation, last_run, standing_runs
from streaming.runs.whom import permission
from streaming.site import site
from streaming.windows import fitting

Begin: TypeAlias = Callable[[bool], Generation]
"""Makes the rows of an answer; it is told whether the answer need not wait in line."""


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
) -> Generation:
    """Ask `prompt` at the end of the conversation, or of a new one with all that follows it."""

    def begin(has_turn: bool) -> Generation:
        thread = (
            _at_its_end(conversation.pk, own)
            if conversation
            else Conversation.objects.create(
                owner_id=user.pk,
                title=title_of(prompt),
                project=project,
                temporary_until=temporary.until() if is_temporary else None,
                system_prompt=parameters.system_prompt if parameters else "",
                parameters=parameters.kept if parameters else {},
            )
        )
        asked = Message.objects.create(
            conversation=thread, parent_id=thread.leaf_id, role=Message.Role.USER, text=prompt
        )
        attached.attach(asked, user.pk, files)
        return answer_anew(user, own, asked, choice, has_turn, is_new=conversation is not None)

    own = prompt_key(key, conversation.pk if conversation else None, prompt, files)
    return once(user, own, begin)


def regenerate(
    user: Person, key: UUID, message: Message, choice: ModelChoice | None = None
) -> Generation:
    """Write another answer next to this one, maybe with another model."""

    def begin(has_turn: bool) -> Generation:
        now = as_it_stands(message)
        if now.parent is None:
            raise Refused(replies.NOTHING_TO_REGENERATE)
        chosen = choice or ModelChoice(*permission.writer(user.pk, now))
        return answer_anew(user, key, now.parent, chosen, has_turn)

    return once(user, key, begin)


def retry(user: Person, key: UUID, message: Message) -> Generation:
    """Ask again for an answer that never came."""

    def begin(has_turn: bool) -> Generation:
        now = as_it_stands(message)
        if now.text.strip():
            raise Refused(replies.NOTHING_TO_RETRY)
        choice = ModelChoice(*permission.writer(user.pk, now))
        return _launch(user, key, now, choice, has_turn)

    return once(user, key, begin)


def resume(
    user: Person, key: UUID, message: Message, choice: ModelChoice | None = None
) -> Generation:
    """Continue the answer from where it was cut, maybe with another model."""

    def begin(has_turn: bool) -> Generation:
        now = as_it_stands(message)
        chosen = choice or ModelChoice(*permission.writer(user.pk, now))
        generations = standing_runs(now.generations.all())
        if (rest := continuation(generations, now)) is None:
            raise Refused(replies.NOTHING_TO_RESUME)
        runner = site().runner
        config = runner.provider(chosen.provider).config
        way = resume_way(generations, now.text, config, chosen.model, runner.refused_prefill)
        before = generations[-1]
        sent = before.sent if (before.provider, before.model) == chosen else None
        return _launch(user, key, now, chosen, has_turn, way if rest == TEXT else None, sent)

    return once(user, key, begin)


def stop(generation: Generation) -> Future[None]:
    """Stop the answer, in whichever process it is written; done once it was.

    The mark in the row outlives whatever happens next, and reaches other processes. Here the
    runner cancels the run's task, which closes the connection to the provider; then the journal
    closes the generation as cancelled, with all its text.
    """
    with suppress(DatabaseError):  # then it still stops if it is written here
        if not mark_stopped(generation):
            generation = now_writing(generation)
            mark_stopped(generation)
    return site().runner.stop_soon(generation.pk)


def mark_stopped(generation: Generation) -> bool:
    """Leave the wish for whichever process writes; False if the generation has ended."""
    running = Generation.objects.running().filter(pk=generation.pk)
    wish = Coalesce("stop_requested_at", Value(timezone.now()))
    return bool(running.update(stop_requested_at=wish))


def now_writing(generation: Generation) -> Generation:
    """The last of the automatic ones that resumed the answer since, or this one if none did."""
    later = Generation.objects.filter(conversation=generation.conversation_id)
    following = list(later.filter(pk__gt=generation.pk).order_by("pk"))
    return following[-1] if following and all(one.automatic for one in following) else generation


def undo_resume(user: Person, key: UUID, message: Message) -> None:
    """Cut the answer back to where its last resume began; what was before stands exactly."""
    with transaction.atomic():
        now = as_it_stands(message)
        generation = last_run(now.generations.all())
        if (
            generation is None
            or not generation.resume_mode
            or generation.status == Generation.Status.RUNNING
        ):
            raise Refused(replies.NOTHING_TO_UNDO)
        Generation.objects.filter(pk=generation.pk).update(undone_at=timezone.now())
        now.text = now.text[: generation.start_offset]
        left = undone(now, generation.pk)
        Message.objects.filter(pk=now.pk).update(text=now.text, **left)
        searchable.index(now)
    tell(message.conversation)


def show(user: Person, key: UUID, message: Message) -> None:
    """Make the branch with this message the one that is shown."""
    with transaction.atomic():
        now = as_it_stands(message)
        Conversation.objects.filter(pk=now.conversation_id).update(leaf=branches.end_below(now.pk))
    tell(message.conversation)


def held(conversation_id: UUID) -> Conversation:
    """The conversation as it stands; nobody else begins in it before this transaction ends."""
    if conversation := Conversation.objects.held(conversation_id):
        return conversation
    raise Refused(failures.sentence("not_found"))


def _at_its_end(conversation_id: UUID, key: UUID) -> Conversation:
    """As `held`; raises StillWriting if something waits in line there, or what has this key."""
    if conversation := QueuedPrompt.objects.free_thread(conversation_id, key):
        return conversation
    held(conversation_id)  # or it is not there
    raise StillWriting(replies.STILL_WRITING)


def as_it_stands(message: Message) -> Message:
    """The message, which may have grown since it was looked up; held, and its conversation too."""
    conversation = held(message.conversation_id)
    now = conversation.messages.select_for_update(no_key=True).filter(pk=message.pk).first()
    if now is None:
        raise Refused(failures.sentence("not_found"))
    return now


def tell(conversation: Conversation) -> None:
    """Let every page of this conversation look again."""
    site().bus.publish_soon(Topic.THREAD.of(conversation.pk))


def _made(user: Person, key: UUID) -> GenerationQuerySet:
    return Generation.objects.filter(requested_by_id=user.pk, request_key=key)


def once(user: Person, key: UUID, begin: Begin) -> Generation:
    refuse_when_closing()
    made = _made(user, key).first() if Generation.objects.is_used(user.pk, key) else None
    return made or begin_once(user, key, begin)


def refuse_when_closing() -> None:
    if site().closing:
        raise ShuttingDown(replies.RESTARTING)


def begin_once(user: Person, key: UUID, begin: Begin) -> Generation:
    """Begin, unless somebody with the same key is faster."""
    try:
        with transaction.atomic():
            return begin(beginning.check(user, len(site().runner)).has_come)
    except Spent as spent:
        if first := _made(user, key).first():
            return first
        raise TooMuch(str(spent), spent.wait) from spent
    except attached.Gone:
        raise Refused(replies.FILE_GONE) from None
    except IntegrityError as trouble:
        if first := _made(user, key).first():
            return first
        raise refusal(trouble) from trouble


def answer_anew(
    user: Person, key: UUID, asked: Message, choice: ModelChoice, turn: bool, is_new: bool = False
) -> Generation:
    answer = Message.objects.create(
        conversation=asked.conversation, parent=asked, role=Message.Role.ASSISTANT
    )
    return _launch(user, key, answer, choice, turn, is_new=is_new)


def _launch(
    user: Person,
    key: UUID,
    message: Message,
    choice: ModelChoice,
    has_turn: bool,
    way: Way | None = None,
    sent: effective.Sent | None = None,
    is_new: bool = False,
) -> Generation:
    """Make the generation, and its run once that is committed; pages find what `is_new` ready."""
    here, conversation = site(), message.conversation
    permission.check(user.pk, *choice)
    generation = Generation.objects.create(
        conversation=conversation,
        message=message,
        requested_by_id=user.pk,
        request_key=key,
        provider=choice.provider,
        model=choice.model,
        sent=sent or effective.sent(conversation, choice),
        start_offset=len(message.text),
        worker_id=here.lease.worker_id,
        **(way.columns if way else {}),
    )
    conversation.leaf = message
    conversation.provider, conversation.model = choice
    conversation.updated_at, conversation.archived = timezone.now(), False
    conversation.save(update_fields=["leaf", "provider", "model", "updated_at", "archived"])
    job = job_for(generation, way, has_turn=has_turn)
    if way is None or way.replay is None:  # a replay sends nothing
        fitting.check(job, generation)
    if is_new:
        transaction.on_commit(lambda: here.news.begin(generation), robust=True)
    transaction.on_commit(lambda: here.runner.launch_soon(job))
    return generation
