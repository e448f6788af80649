"""Work that begins: a prompt, a resume, another answer, a retry. Each is one transaction.

Messages and generation are made together before anything is dialled; the run starts when they
are committed. The same key from the same person gives the first result again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from conversations.models import Conversation, Message
from conversations.owned import Person
from streaming import catalogue, lifecycle
from streaming import resume as planner
from streaming.answers import last_run, resumable_run
from streaming.menu import Choice
from streaming.models import Generation
from streaming.providers.base import ChatMessage, ChatRequest, ResumeMode
from streaming.run import Job

TITLE_LENGTH = 60


class Refused(Exception):
    """It cannot begin now; the sentence says why and what to do."""


def send(
    user: Person, key: UUID, conversation: Conversation | None, prompt: str, choice: Choice
) -> Generation:
    """Ask `prompt` at the end of the conversation, or of a new one."""

    def begin() -> Generation:
        thread = (
            _held(conversation.pk)
            if conversation
            else Conversation.objects.create(owner_id=user.pk, title=title_of(prompt))
        )
        asked = Message.objects.create(
            conversation=thread, parent_id=thread.leaf_id, role=Message.Role.USER, text=prompt
        )
        return _answer_anew(user, key, asked, choice)

    return _once(user, key, begin)


def regenerate(user: Person, key: UUID, message: Message) -> Generation:
    """Write another answer beside this one."""

    def begin() -> Generation:
        now = _as_it_stands(message)
        if now.parent is None:
            raise Refused("There is no prompt to answer again.")
        return _answer_anew(user, key, now.parent, _choice_of(now))

    return _once(user, key, begin)


def retry(user: Person, key: UUID, message: Message) -> Generation:
    """Ask again for an answer that never came."""

    def begin() -> Generation:
        now = _as_it_stands(message)
        if now.text.strip():
            raise Refused("This answer has text already. Resume it, or regenerate it.")
        return _launch(user, key, now, _choice_of(now))

    return _once(user, key, begin)


def resume(user: Person, key: UUID, message: Message) -> Generation:
    """Go on from where the answer was cut, in the same message."""

    def begin() -> Generation:
        now = _as_it_stands(message)
        run, choice = last_run(now), _choice_of(now)
        if run is None or not resumable_run(run, now.text):
            raise Refused("This answer cannot go on. Regenerate it instead.")
        config = lifecycle.site().runner.provider(choice.provider).config
        refused = lifecycle.site().runner.refused_prefill
        mode = planner.plan(config, choice.model, refused_prefill=refused)
        return _launch(user, key, now, choice, mode)

    return _once(user, key, begin)


def undo_resume(user: Person, key: UUID, message: Message) -> None:
    """Cut the answer back to where its last resume began; what was before stands exactly."""
    with transaction.atomic():
        now = _as_it_stands(message)
        run = last_run(now)
        if run is None or not run.resume_mode or run.status == Generation.Status.RUNNING:
            raise Refused("There is no finished resume to undo.")
        Generation.objects.filter(pk=run.pk).update(undone_at=timezone.now())
        Message.objects.filter(pk=now.pk).update(
            text=now.text[: run.start_offset],
            tool_calls=[call for call in now.tool_calls if call["generation"] != run.pk],
        )
    _tell(message.conversation)


def show(user: Person, key: UUID, message: Message) -> None:
    """Make the branch with this message the one that is shown."""
    conversation = message.conversation
    leaf: Message | None = message
    while leaf is not None:
        conversation.leaf, leaf = leaf, leaf.replies.order_by("pk").last()
    conversation.save(update_fields=["leaf"])
    _tell(conversation)


def title_of(prompt: str) -> str:
    """The prompt's first words, cut at the end of one."""
    line = " ".join(prompt.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH + 1].rsplit(" ", 1)[0]
    return f"{cut[:TITLE_LENGTH].rstrip(' ,.;:')}…"


def _held(conversation_id: UUID) -> Conversation:
    """The conversation as it stands, in which nobody else begins before this transaction ends."""
    found = Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    if found is None:
        raise Refused(catalogue.sentence("not_found"))
    return found


def _as_it_stands(message: Message) -> Message:
    """The message, which may have grown since it was looked up, in its conversation held."""
    conversation = _held(message.conversation_id)
    found = conversation.messages.filter(pk=message.pk).first()
    if found is None:
        raise Refused(catalogue.sentence("not_found"))
    return found


def _tell(conversation: Conversation) -> None:
    """Let every page of this conversation look again."""
    lifecycle.site().doorbell.ring_soon(("thread", conversation.pk))


def _once(user: Person, key: UUID, begin: Callable[[], Generation]) -> Generation:
    if lifecycle.site().closing:
        raise Refused("The server is restarting. Your text is still here; send it in a moment.")
    made = Generation.objects.filter(requested_by_id=user.pk, request_key=key)
    if first := made.first():
        return first
    try:
        with transaction.atomic():
            return begin()
    except IntegrityError:
        if first := made.first():
            return first
        raise Refused(
            "An answer is still being written in this conversation. Stop it or wait for its end."
        ) from None


def _answer_anew(user: Person, key: UUID, asked: Message, choice: Choice) -> Generation:
    answer = Message.objects.create(
        conversation=asked.conversation, parent=asked, role=Message.Role.ASSISTANT
    )
    return _launch(user, key, answer, choice)


def _launch(
    user: Person, key: UUID, message: Message, choice: Choice, mode: ResumeMode | None = None
) -> Generation:
    """Make the generation, and its run once that is committed."""
    site, conversation = lifecycle.site(), message.conversation
    run = Generation.objects.create(
        conversation=conversation,
        message=message,
        requested_by_id=user.pk,
        request_key=key,
        provider=choice.provider,
        model=choice.model,
        resume_mode=mode or "",
        start_offset=len(message.text),
        worker_id=site.lease.worker_id,
    )
    conversation.leaf = message
    conversation.provider, conversation.model = choice
    conversation.updated_at = timezone.now()
    conversation.save(update_fields=["leaf", "provider", "model", "updated_at"])
    job = _job(run, message, choice, mode)
    transaction.on_commit(lambda: site.runner.launch_soon(job))
    return run


def _job(run: Generation, message: Message, choice: Choice, mode: ResumeMode | None) -> Job:
    conversation = message.conversation
    request = ChatRequest(
        model=choice.model,
        messages=tuple(_history(conversation.branch(message.parent_id))),
        system=conversation.system_prompt,
        parameters=conversation.parameters,
    )
    instead = None
    if mode in ("prefill", "prefill_echo"):
        instead = planner.apply("instruct", request, message.text)
    return Job(
        generation_id=run.pk,
        epoch=run.epoch,
        conversation_id=conversation.pk,
        provider=choice.provider,
        request=planner.apply(mode, request, message.text) if mode else request,
        partial=message.text if mode else "",
        mode=mode,
        instead=instead,
    )


def _history(messages: Sequence[Message]) -> list[ChatMessage]:
    """The turns that were said; answers that never came are left out."""
    return [
        ChatMessage("user" if message.role == Message.Role.USER else "assistant", message.text)
        for message in messages
        if message.text.strip()
    ]


def _choice_of(message: Message) -> Choice:
    """The model that wrote this message last, if it is still connected."""
    run = last_run(message)
    if run is None or not lifecycle.site().runner.offers(run.provider):
        raise Refused("The model that wrote this is not connected any more. Send a new message.")
    return Choice(run.provider, run.model)
