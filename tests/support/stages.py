"""What has to stand before a form can be sent: rows to send it about, and where to."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from chatsite.accounts.invitations import inviting
from chatsite.accounts.links import password_link
from chatsite.tokens import granting
from conversations.models import Conversation, Message
from conversations.prompts import library
from conversations.roles.rights import Role
from conversations.sharing import shares
from conversations.sharing.models import Share
from conversations.transfer.models import Transfer
from streaming import actions
from streaming.editing import answers
from streaming.models import DemoSwitch, QueuedPrompt, StoredProvider
from streaming.queue import changes
from streaming.sharing import making
from streaming.transfer import files
from tests.support.living import Answering
from tests.test_ownership import House

Fields: TypeAlias = Mapping[str, Any]
PASSWORD, OTHER_PASSWORD = "a long word of passage", "another word of passage"
NEW = {"password1": OTHER_PASSWORD, "password2": OTHER_PASSWORD}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is known only once there is something to send a form about.

    The answer that `ends` does so once the form was sent.
    """

    args: tuple[Any, ...] = ()
    fields: Fields = field(default_factory=dict)
    path: str = ""
    ends: Answering | None = None


Stage: TypeAlias = Callable[[House], Awaitable[Sent]]


def staged(find: Callable[[House], Sent]) -> Stage:
    async def stage(house: House) -> Sent:
        return await house.living.do(lambda: find(house))

    return stage


@staged
def thread(house: House) -> Sent:
    return Sent((house.run.conversation_id,))


@staged
def in_thread(house: House) -> Sent:
    return Sent(fields={"conversation": str(house.run.conversation_id)})


@staged
def selection(house: House) -> Sent:
    return Sent(fields={"conversations": f"{house.run.conversation_id} {uuid.uuid4()}"})


@staged
def answer(house: House) -> Sent:
    return Sent((house.run.message_id,), {"base": str(house.run.pk)})


@staged
def asking(house: House) -> Sent:
    """An answer that waits for a decision about a call."""
    call = {"id": "call", "name": "shed_saw", "arguments": "{}", "state": "asking"}
    calls = [call | {"generation": house.run.pk}]
    Message.objects.filter(pk=house.run.message_id).update(tool_calls=calls)
    return Sent((house.run.message_id, 0))


@staged
def prompt(house: House) -> Sent:
    return Sent((house.run.message.parent_id,))


@staged
def longer_thread(house: House) -> Sent:
    """With a second prompt and answer, the first of which can be left out."""
    conversation, above = house.run.conversation, house.run.message
    first = above.parent_id
    for role in (Message.Role.USER, Message.Role.ASSISTANT):
        above = conversation.messages.create(role=role, text="More of it", parent=above)
    Conversation.objects.filter(pk=conversation.pk).update(leaf=above)
    return Sent((conversation.pk,), {"sent_from": str(first)})


@staged
def started_later(house: House) -> Sent:
    """A prompt from which on models are sent the conversation."""
    pk = house.run.message.parent_id
    assert pk is not None
    Message.objects.filter(pk=pk).update(starts_at=timezone.now())
    return Sent((pk,))


preset = staged(lambda house: Sent((house.preset.pk,)))


@staged
def into_project(house: House) -> Sent:
    return Sent((house.run.conversation_id,), {"project": str(house.project.pk)})


@staged
def many_into_project(house: House) -> Sent:
    place, one = str(house.project.pk), str(house.run.conversation_id)
    return Sent(fields={"project": place, "conversations": one})


file_added = staged(lambda house: Sent((house.file.pk,)))


@staged
def file_of_project(house: House) -> Sent:
    """To be taken out again, while it hangs on a message."""
    house.run.message.attachments.create(file=house.file)
    type(house.file).objects.filter(pk=house.file.pk).update(project=house.project)
    return Sent((house.project.pk,), {"remove": str(house.file.pk)})


file_that_comes = staged(lambda house: Sent((uuid.uuid4(),)))
with_file = staged(lambda house: Sent(fields={"file": str(house.file.pk)}))
project = staged(lambda house: Sent((house.project.pk,)))


@staged
def in_project(house: House) -> Sent:
    return Sent(fields={"project": str(house.project.pk)})


@staged
def saved_prompt(house: House) -> Sent:
    return Sent((house.saved.pk,))


@staged
def deleted_prompt(house: House) -> Sent:
    library.delete(house.saved)
    return Sent((house.saved.pk,))


@staged
def coming(house: House) -> Sent:
    """A file of which nothing has come yet."""
    row = Transfer.objects.create(
        owner=house.living.owner,
        kind="import",
        status="receiving",
        size=3,
        made_at=timezone.now(),
    )
    files.make(row.pk).close()
    return Sent((row.pk,))


@staged
def deletion(house: House) -> Sent:
    return Sent((house.deletion.pk,))


@staged
def deletions(house: House) -> Sent:
    pk = str(house.deletion.pk)
    return Sent(fields={"deletions": pk, "up_to": pk})


@staged
def prompt_in_line(house: House) -> Sent:
    return Sent((house.run.conversation_id, house.prompt.key), {"stops": ""})


@staged
def prompt_in_editor(house: House) -> Sent:
    changes.edit(house.run.conversation, house.prompt.key)
    return Sent((house.run.conversation_id, house.prompt.key))


@staged
def prompt_taken_out(house: House) -> Sent:
    changes.take_out(house.run.conversation, house.prompt.key)
    return Sent((house.run.conversation_id, house.prompt.key))


def neighbour(side: str) -> Stage:
    @staged
    def stage(house: House) -> Sent:
        """The prompt in line goes to the other side of the two that stand there."""
        others = [
            QueuedPrompt.objects.create(
                conversation=house.run.conversation,
                key=uuid.uuid4(),
                place=place,
                text="More",
                held="stopped",
            )
            for place in (-1, 1)
        ]
        other = others[0 if side == "before" else 1]
        return Sent((house.run.conversation_id, house.prompt.key), {side: str(other.key)})

    return stage


async def running(house: House) -> Sent:
    written = await house.living.answering("Another thread")
    await written.says("As far as this")
    return Sent((written.pk,))


async def running_answer(house: House) -> Sent:
    written = await house.living.answering("Another thread")
    await written.says("As far as this")
    return Sent(((await house.living.run(written.pk)).message_id,))


async def sent_while_running(house: House) -> Sent:
    written = await house.living.answering("Another thread")
    await written.says("As far as this")
    run = await house.living.run(written.pk)
    return Sent(fields={"conversation": str(run.conversation_id)}, ends=written)


async def resumed(house: House) -> Sent:
    again = await house.living.resuming(house.run.message_id)
    await again.talk.say("And more of it.")
    await again.finishes()
    return Sent((house.run.message_id,))


async def failed(house: House) -> Sent:
    written = await house.living.answering("Another thread")
    await written.talk.refuse(400, "No")
    return Sent(((await written.ended()).message_id,))


async def passed_over(house: House) -> Sent:
    """An answer that another one stands in the place of."""
    again = await house.living.again(house.run.message_id, actions.regenerate)
    await again.says("Another answer")
    await again.finishes()
    return Sent((house.run.message_id,))


async def edited(house: House) -> Sent:
    message = await house.living.message(house.run.message_id)
    owner, base = house.living.owner, house.run.pk
    edit = await house.living.do(
        lambda: answers.edit_answer(owner, uuid.uuid4(), message, "In other words", base)
    )
    assert edit is not None
    return Sent((edit.pk,))


async def temporary(house: House) -> Sent:
    def limit() -> None:
        house.run.conversation.temporary_until = timezone.now() + timedelta(hours=1)
        house.run.conversation.save()

    await house.living.do(limit)
    return Sent((house.run.conversation_id,))


def provider(**said: Any) -> Stage:
    @staged
    def stage(house: House) -> Sent:
        StoredProvider.objects.update(model_ids=["one", "two", "three"], **said)
        return Sent(("acme",))

    return stage


ACME = {"name": "Renamed", "format": "chat", "base_url": "https://a.example/v1", "key": "k" * 20}


@staged
def demo_on(house: House) -> Sent:
    DemoSwitch.objects.create(pk=DemoSwitch.ONLY)
    return Sent()


@staged
def somebody(house: House) -> Sent:
    return Sent((User.objects.create_user("third").pk,))


NAMED = {"name": "fifth", **NEW}


@staged
def invitation(house: House) -> Sent:
    return Sent((invite(house).row.pk,))


@staged
def invited(house: House) -> Sent:
    return Sent(path=urlsplit(invite(house).link).path)


def invite(house: House) -> inviting.Made:
    host = User.objects.create_superuser("host")
    return inviting.invite(host, uuid.uuid4(), Role.MEMBER, 7, "")


@staged
def somebody_signed_in(house: House) -> Sent:
    third = User.objects.create_user("third")
    Client().force_login(third)
    return Sent((third.pk,))


@staged
def with_password(house: House) -> Sent:
    with_password_now(house)
    return Sent()


def with_password_now(house: House) -> None:
    house.living.owner.set_password(PASSWORD)
    house.living.owner.save()


@staged
def connected(house: House) -> Sent:
    with_password_now(house)
    link = SocialAccount.objects.create(
        user=house.living.owner, provider="https://id.example.org", uid="1815"
    )
    return Sent(fields={"link": str(link.pk)})


@staged
def signed_in_elsewhere(house: House) -> Sent:
    Client().force_login(house.living.owner)
    return Sent()


@staged
def access_token(house: House) -> Sent:
    made = granting.make(house.living.owner, uuid.uuid4(), "Mine", "read")
    return Sent(fields={"revoke": str(made.row.pk)})


def shared(house: House) -> Share:
    """The house's answer, as somebody can read it who has the link."""
    parts, answer = ("reasoning", "tools"), house.run.message
    data = making.of_branch(answer, parts)
    return shares.make(house.living.owner, uuid.uuid4(), answer, data, parts)


@staged
def own_share(house: House) -> Sent:
    return Sent(fields={"revoke": str(shared(house).pk)})


@staged
def share_link(house: House) -> Sent:
    return Sent((shared(house).token,))


@staged
def link(house: House) -> Sent:
    return Sent(path=urlsplit(password_link(house.living.owner)).path)
