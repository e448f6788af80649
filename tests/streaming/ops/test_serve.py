"""What `manage.py serve` says once it listens, also where the database cannot be written yet."""

from __future__ import annotations

from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
import twisted.internet
from django.db import OperationalError

from streaming.management.commands import serve


def test_the_link_waits_for_a_database_that_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later: list[tuple[Any, ...]] = []
    full = OperationalError("database or disk is full")
    replies: list[str | OperationalError] = [full, full, "http://127.0.0.1:8000/enter/x/"]

    def enter_link() -> str:
        reply = replies.pop(0)
        if isinstance(reply, OperationalError):
            raise reply
        return reply

    monkeypatch.setattr(serve, "enter_link", enter_link)
    # The real one would be installed for good, and Daphne wants another kind.
    reactor = SimpleNamespace(callLater=lambda _, *call: later.append(call))
    monkeypatch.setattr(twisted.internet, "reactor", reactor, raising=False)
    said, complained = StringIO(), StringIO()
    command = serve.Command(stdout=said, stderr=complained)
    command.say_where_to_go()
    while later:
        again, tries = later.pop()
        again(tries)
    assert said.getvalue() == "Open http://127.0.0.1:8000/enter/x/\n"
    assert complained.getvalue().count("\n") == 1, "it complains once"
    assert "Make room" in complained.getvalue()
