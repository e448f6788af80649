"""Decisions about calls, each kept in the message of its answer; the last one continues it."""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import transaction

from conversations.access import Person
from conversations.models import Conversation, Message
from streaming import actions
from streaming.error_messages import replies
from streaming.journal.tool_calls import REFUSED, UNKNOWN, WAITING, AnswerCalls
from streaming.models import Generation
from streaming.runs.history import turns
from streaming.runs.refusals import Refused
from streaming.runs.standing import last_run
from streaming.tools import allowing

REFUSAL = "The person did not allow this tool to run. Nothing was run."
LEFT_UNKNOWN = "It is not known whether the tool ran. The person did not let it run again."


def left_to_decide(message: Message) -> Message | None:
    """The answer as it stands, if somebody has to decide about another call before it continues."""
    now = Message.objects.get(pk=message.pk)
    return now if turns.is_asking(now) else None


def approve(user: Person, key: UUID, message: Message, number: int) -> None:
    """Let the call run; one that may have run before, again."""
    _decide(user, key, message, number, {"state": WAITING}, ("result", "pictures"))


def approve_here(user: Person, key: UUID, message: Message, number: int) -> None:
    """As `approve`; the tool is not asked about again in this conversation."""
    allowing.allow(user.pk, message.conversation_id, _name(message, number))
    approve(user, key, message, number)


def approve_always(user: Person, key: UUID, message: Message, number: int) -> None:
    """As `approve`; the tool is not asked about again in any conversation."""
    allowing.allow(user.pk, None, _name(message, number))
    approve(user, key, message, number)


def refuse(user: Person, key: UUID, message: Message, number: int) -> None:
    """Tell the model that the call may not run; of one that may have run, that nobody knows."""
    is_unknown = _call(message, number)["state"] == UNKNOWN
    said = {"result": LEFT_UNKNOWN} if is_unknown else {"state": REFUSED, "result": REFUSAL}
    _decide(user, key, message, number, said)


def stop(user: Person, key: UUID, message: Message, number: int) -> None:
    """Leave word for the process that runs the call to close it; nothing where it has ended."""
    with transaction.atomic():
        now = actions.as_it_stands(message)
        _call(now, number)
        last = last_run(now.generations.all())
        if last is None or last.status != Generation.Status.RUNNING:
            return
        now.tool_calls[number]["stop"] = True
        Message.objects.filter(pk=now.pk).update(tool_calls=now.tool_calls)


def _decide(
    user: Person,
    key: UUID,
    message: Message,
    number: int,
    said: dict[str, str],
    forgotten: tuple[str, ...] = (),
) -> None:
    with transaction.atomic():
        now = actions.as_it_stands(message)
        call = _call(now, number)
        is_undecided = AnswerCalls(now.tool_calls).all[number].is_undecided
        if is_undecided:
            _refuse_where_it_cannot_continue(now.conversation, now)
            for name in forgotten:
                call.pop(name, None)
            call.update(said)
            Message.objects.filter(pk=now.pk).update(tool_calls=now.tool_calls)
    if turns.is_due(now):
        actions.resume(user, uuid5(key, f"calls of {now.pk}"), now)
    elif is_undecided:
        Conversation.objects.count_change(now.conversation_id)
        actions.tell(now.conversation)


def _refuse_where_it_cannot_continue(conversation: Conversation, message: Message) -> None:
    if conversation.leaf_id != message.pk:
        raise Refused(replies.CALL_LEFT_BEHIND)
    last = last_run(message.generations.all())
    if last is not None and last.status == Generation.Status.RUNNING:
        raise Refused(replies.STILL_WRITTEN)


def _call(message: Message, number: int) -> dict[str, object]:
    if not 0 <= number < len(message.tool_calls):
        raise Refused(replies.NO_SUCH_CALL)
    call: dict[str, object] = message.tool_calls[number]
    return call


def _name(message: Message, number: int) -> str:
    return str(_call(message, number)["name"])
