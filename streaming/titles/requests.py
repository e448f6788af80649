"""A request's life: it is made or claimed, the model is asked, and what came of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from conversations.invisible import title_of
from conversations.models import Conversation
from streaming.catalog.model_menu import ModelChoice
from streaming.catalog.own_keys.keys import asked_with, key_for
from streaming.costs import settling
from streaming.db_threads import in_thread
from streaming.error_messages import failures, replies
from streaming.journal import usage
from streaming.prices import price_list
from streaming.prices.quote import Quote
from streaming.providers.base import ChatRequest, Provider
from streaming.site import site
from streaming.titles.asking import Reply, ask
from streaming.titles.cleaning import cleaned
from streaming.titles.excerpt import first_prompt, request_for
from streaming.titles.models import TitleRequest

Status = TitleRequest.Status


@dataclass(frozen=True, slots=True)
class Work:
    """One claimed request, ready to be sent."""

    row_id: int
    provider: Provider
    request: ChatRequest


def work_for(row: TitleRequest, conversation: Conversation, choice: ModelChoice) -> Work:
    own = key_for(row.requested_by_id, choice.provider)
    provider = asked_with(site().runner.provider(choice.provider), own)
    return Work(row.pk, provider, request_for(conversation, choice.model))


async def carry_out(work: Work) -> None:
    """Ask, and keep what came: never again, whatever that is."""
    reply = await ask(work.provider, work.request)
    if price_list.is_listed(work.provider.config):
        await in_thread(price_list.load)()
    await in_thread(_keep)(work, reply)


def is_running(work: Work) -> bool:
    """Whether its reply is still wanted."""
    return TitleRequest.objects.filter(pk=work.row_id, status=Status.RUNNING).exists()


def count_cancelled(work: Work) -> None:
    """What it was sent counts, as an estimate, though nobody waits for the reply any more."""
    quote = _quote(work, Reply())
    with transaction.atomic():
        row = TitleRequest.objects.select_for_update().filter(pk=work.row_id).first()
        if row is not None:
            _count(row, work, Reply(), quote)
            row.save()


def _keep(work: Work, reply: Reply) -> None:
    quote = _quote(work, reply)
    with transaction.atomic():
        row = TitleRequest.objects.select_for_update().filter(pk=work.row_id).first()
        if row is None or row.status != Status.RUNNING:
            return  # the conversation is gone, or it was cancelled
        row.title = cleaned(reply.text)
        row.sentence = "" if row.title else _why_not(work, reply)
        row.status = Status.FINISHED if row.title else Status.FAILED
        row.ended_at = timezone.now()
        _count(row, work, reply, quote)
        row.save()
        if row.automatic and row.title:
            _give(row)


def _quote(work: Work, reply: Reply) -> Quote:
    """To be made before a transaction: the request is measured, where that may be asked."""
    quote = Quote(work.provider.config, work.request)
    return quote if _is_whole(reply) else quote.measured()


def _is_whole(reply: Reply) -> bool:
    return reply.over and reply.failed is None


def _count(row: TitleRequest, work: Work, reply: Reply, quote: Quote) -> None:
    usage.record(row, reply.usage)
    sent = len(work.request.system) + sum(len(each.text) for each in work.request.messages)
    usage.estimate(row, reply.text + reply.thoughts, reply.thoughts, sent)
    at = row.asked_at or row.created_at
    settling.settle(row, quote, at, reply.usage, reply.cost, is_whole=_is_whole(reply))


def _why_not(work: Work, reply: Reply) -> str:
    if reply.failed is None:
        return replies.NO_TITLE
    patience = replace(work.provider.config.timeouts, total=settings.TITLE_SECONDS)
    return failures.explain(reply.failed, patience).sentence


def _give(row: TitleRequest) -> None:
    """The title to its conversation, if that still has the beginning of its prompt for one."""
    conversation = Conversation.objects.held(row.conversation_id)
    if conversation is not None and is_cut(conversation):
        conversation.title = row.title
        conversation.save(update_fields=["title"])


def is_cut(conversation: Conversation) -> bool:
    """Whether the title was cut from the first prompt, and nobody has given another."""
    first = first_prompt(conversation)
    if conversation.named_at is not None or first is None:
        return False
    return conversation.title == title_of(first.text)
