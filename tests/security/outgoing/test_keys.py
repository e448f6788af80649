"""A key goes only to the host that it was entered for, for each kind of caller that has one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chatsite.accounts.single_sign_on.configuration import SignOn
from chatsite.accounts.single_sign_on.transport import NotSent, guarded_session
from streaming.catalog import provider_store
from streaming.catalog.sealed_keys import Unreadable
from streaming.models import StoredProvider
from streaming.tools.models import ToolServer
from streaming.tools.servers.address import Unreachable, address_of, seal_headers
from tests.security.outgoing.callers import MARK

HERE, THERE = "https://models.example/v1", "https://evil.example/v1"
Read = Callable[[str], str]
"""What is sent to this address, which stands where the key was kept for HERE."""


def provider(url: str) -> str:
    row = StoredProvider.objects.create(slug="p", name="P", format="chat", base_url=HERE)
    provider_store.give_key(row, MARK)
    row.save()
    StoredProvider.objects.update(base_url=url)
    return provider_store.key_of(StoredProvider.objects.get())


def tool_server(url: str) -> str:
    row = ToolServer.objects.create(slug="s", name="S", url=HERE)
    seal_headers(row, {"Authorization": f"Bearer {MARK}"})
    row.save()
    ToolServer.objects.update(url=url)
    return str(address_of(ToolServer.objects.get()).headers)


def sign_on(url: str) -> str:
    """The session refuses before a name is looked up, so there is no reply of the first either."""
    configured = SignOn(HERE, "client", MARK, "P")
    assert configured.trusts(HERE)
    with guarded_session(configured) as session:
        if configured.trusts(url):
            return MARK
        session.post(url, data={"client_secret": MARK})
    return ""


CALLERS = {"provider": provider, "tool server": tool_server, "sign-on": sign_on}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CALLERS)
def test_a_key_does_not_go_along_to_another_host(kind: str) -> None:
    read = CALLERS[kind]
    with pytest.raises((Unreadable, Unreachable, NotSent)):
        read(THERE)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", CALLERS)
def test_a_key_goes_where_it_was_meant_to_go(kind: str) -> None:
    assert MARK in CALLERS[kind](HERE)
