"""Somebody with a conversation that is shared."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from conversations.models import Conversation
from conversations.sharing import shares
from conversations.sharing.models import Share
from streaming.sharing import making
from tests.support import rows

MakeShare: TypeAlias = Callable[..., Share]


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user("ada-the-owner", "ada@example.org")


@pytest.fixture
def thread(ada: User) -> Conversation:
    text = (
        "# A heading\n\nA *word* of it, [a link](https://example.org/)"
        f" and [another]({settings.PUBLIC_ORIGIN}/usage/).\n\n```python\nprint()\n```\n"
    )
    conversation = rows.long_conversation(ada, 4, text)
    conversation.title = "Of <bees> & wax"
    conversation.save()
    return conversation


@pytest.fixture
def share(ada: User, thread: Conversation) -> MakeShare:
    def make(*parts: str, **said: Any) -> Share:
        end = thread.messages.order_by("pk").last()
        assert end is not None
        return shares.make(ada, uuid.uuid4(), end, making.of_branch(end, parts), parts, **said)

    return make


@pytest.fixture
def browser(ada: User) -> Client:
    """The owner's."""
    return signed_in(ada)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def address(share: Share) -> str:
    return f"/s/{share.token}/"
