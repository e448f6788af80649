"""A house in which every table that holds free text has a row of its owner's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import (
    CharField,
    DateTimeField,
    ForeignKey,
    IntegerField,
    Model,
    TextField,
    UUIDField,
)
from django.test import Client
from django.utils import timezone

from conversations.audit.models import Act
from conversations.models import Conversation, Message
from conversations.search.index import rebuilding
from conversations.transfer.models import Outcome
from streaming.costs.models import PastUse
from streaming.journal.searchable import endings
from streaming.models import DefaultModel, Generation, ModelNote
from streaming.titles.models import TitleRequest
from streaming.tools.models import Approval, Tool, ToolServer
from tests.support import rows
from tests.support.archives import examples
from tests.support.files.rows import picture_of
from tests.support.hostile.corpus import LINES, storable
from tests.support.hostile.planting import free_texts, plant
from tests.support.stages import access_token, invite, shared
from tests.test_ownership import House


@dataclass(frozen=True, slots=True)
class Furnished:
    """`parts` is an answer of thoughts, texts and a call; `full` a thread that used everything."""

    house: House
    parts: Message
    full: Conversation
    elsewhere: int
    """A message on a branch that is not shown."""
    unsent: str
    """A file that hangs on no message yet."""
    token: str
    """Of a share."""

    def plant(self, text: str, lines: Sequence[str]) -> None:
        """Everywhere, and the index of the search with it."""
        plant(text, lines)
        for message in Message.objects.exclude(parts=[]):
            half = len(message.text) // 2
            sizes = {"text": half, "thought": len(message.reasoning) // 2}
            message.parts = [
                part | ({"size": sizes[part["kind"]]} if part["kind"] in sizes else {})
                for part in message.parts
            ]
            message.save()
        list(rebuilding.rebuild(endings))


async def furnish(house: House) -> Furnished:
    await access_token(house)
    return await house.living.do(lambda: _furnish(house))


def _furnish(house: House) -> Furnished:
    owner = house.living.owner
    Client().force_login(owner)
    full = examples.house(owner)
    parts = _answer(house)
    other = _branch(full, parts)
    _outcomes(house, full)
    _tools(owner, full)
    _acts(house)
    _use(owner, full)
    unsent = picture_of(owner, "unsent")
    type(house.file).objects.filter(pk=house.file.pk).update(project=house.project)
    Conversation.objects.filter(pk=full.pk).update(project=house.project)
    share = shared(house)
    return Furnished(house, parts, full, other.pk, str(unsent.pk), share.token)


def _answer(house: House) -> Message:
    """One that failed and names sources."""
    parts = rows.answer_in_parts(house.living.owner)
    run = Generation.objects.get(message=parts)
    Generation.objects.exclude(warnings=[]).update(warnings=[{"code": "x", "message": "y"}])
    parts.citations = [
        {"url": "https://ok.example/", "title": "A source", "generation": run.pk},
        {"url": 'https://evil.example/?q="<script>', "title": "", "generation": run.pk},
    ]
    parts.save()
    parts.attachments.create(file=house.file)
    Generation.objects.filter(pk=run.pk).update(
        status="failed",
        error_code="upstream_error",
        error_message="No.",
        response_id="r",
        upstream_request_id="u",
        warnings=[{"code": "x", "message": "y"}],
    )
    return parts


def _branch(full: Conversation, parts: Message) -> Message:
    """An answer on a branch that is not shown, which asks, to a prompt with a file."""
    run = Generation.objects.get(message=parts)
    other = full.messages.get(text="Another")
    other.tool_calls = [
        {"id": "d", "name": "f", "arguments": "{}", "state": "asking", "generation": run.pk}
    ]
    other.save()
    asked = full.messages.get(text__startswith="Tell me")
    asked.attachments.create(file=picture_of(full.owner, "sent"))
    Message.objects.filter(pk=asked.pk).update(has_files=True)
    return other


def _outcomes(house: House, full: Conversation) -> None:
    """Of an import."""
    Outcome.objects.create(transfer=house.transfer, place=0, what="refused", title="T", why="No.")
    Outcome.objects.create(
        transfer=house.transfer,
        place=1,
        what="taken",
        title="T",
        conversation=full,
        messages=2,
        not_shown={"hidden": 1, "<b>evil": 2},
    )


def _tools(owner: User, full: Conversation) -> None:
    """A tool that may run, of a server in trouble."""
    server = ToolServer.objects.get(slug="weather")
    ToolServer.objects.update(trouble="No.")
    tool = Tool.objects.create(
        server=server,
        name="t",
        wire_name="weather_t",
        title="T",
        description="D",
        offered=True,
        schema={"type": "object", "description": "D"},
    )
    Approval.objects.create(owner=owner, tool=tool, conversation=full, digest="of before")


def _acts(house: House) -> None:
    """In the log, which holds hostile words from the start."""
    invite(house)
    for line in map(storable, LINES.values()):
        said = dict.fromkeys(("who", "whom", "thing", "before", "after"), line)
        now = timezone.now()
        Act.objects.create(at=now, kept_until=now, what=line[:32], **said)


def _use(owner: User, full: Conversation) -> None:
    """What models were used and chosen."""
    ModelNote.objects.create(owner=owner, provider="puppet", model="m", favourite=True)
    DefaultModel.objects.create(pk=DefaultModel.ONLY, provider="puppet", model="m")
    TitleRequest.objects.create(
        conversation=full,
        requested_by=owner,
        request_key=uuid.uuid4(),
        model="m",
        title="T",
        status="failed",
        sentence="No.",
    )
    PastUse.objects.create(
        person=owner,
        day=timezone.now().date().isoformat(),
        provider="puppet",
        model="m",
        **dict.fromkeys(("answers", "stops", "resumes", "runs", "input_tokens"), 1),
        **dict.fromkeys(("cached_tokens", "output_tokens", "reasoning_tokens"), 1),
    )


def furnish_the_rest() -> list[str]:
    """A row for each table with free text that has none; those for which none could be made up."""
    left = []
    for model, _ in free_texts():
        if model._base_manager.exists():
            continue
        try:
            with transaction.atomic():
                model._base_manager.create(**dict(_made_up(model)))
        except (IntegrityError, LookupError):
            left.append(model._meta.label)
    return left


def _made_up(model: type[Model]) -> Iterator[tuple[str, Any]]:
    """A value for each column that needs one."""
    for column in model._meta.concrete_fields:
        if column.primary_key or column.null or column.has_default():
            continue
        match column:
            case ForeignKey():
                yield (
                    column.name,
                    apps.get_model(column.target_field.model._meta.label)._base_manager.all()[0],
                )
            case CharField() | TextField() if column.choices:
                yield column.name, column.choices[0][0]
            case CharField() | TextField() if not column.blank:
                yield column.name, "made up"
            case DateTimeField():
                yield column.name, timezone.now()
            case UUIDField():
                yield column.name, uuid.uuid4()
            case IntegerField():
                yield column.name, 1
