"""What Copy takes: the source of an answer, as its model wrote it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from streaming.journal import store
from streaming.journal.run_facts import RunFacts
from streaming.models import Generation
from tests.support import rows

TEXT = "# Title\r\n\n*One* & `two`, <b>three</b> 🦉\n\n```py\n\tx = 1\n```\n"


@pytest.fixture
def answered(owner: User) -> Generation:
    run = rows.running(owner, rows.worker())
    rows.keep(run, TEXT[:9], ("reasoning", "Hm."), TEXT[9:])
    return run


@pytest.mark.parametrize("ended", [False, True])
def test_the_source_is_the_text_as_it_is_kept(
    client: Client, answered: Generation, ended: bool
) -> None:
    if ended:
        store.close(answered.pk, RunFacts(Generation.Status.FINISHED))
    client.force_login(answered.conversation.owner)
    reply = client.get(f"/m/{answered.message_id}/source/")
    assert reply.status_code == 200
    assert reply.content.decode() == TEXT
    assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_the_source_is_for_the_owner_alone(client: Client, answered: Generation) -> None:
    address = f"/m/{answered.message_id}/source/"
    assert client.get(address).status_code == 302
    client.force_login(User.objects.create_user("stranger"))
    assert client.get(address).status_code == 404
    client.force_login(answered.conversation.owner)
    assert client.post(address).status_code == 405
    assert client.get("/m/999999/source/").status_code == 404
