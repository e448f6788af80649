"""Which tools a conversation offers, and what may run without a question."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import User

from conversations.models import Message
from streaming.editing.actions import branch
from streaming.tools.allowing import allow
from streaming.tools.models import Approval, SwitchedTool, Tool
from streaming.tools.offered import tools_of
from streaming.tools.running import run
from tests.streaming.tools.desk import find, server, talk, tool

pytestmark = pytest.mark.django_db


def test_it_offers_what_is_switched_on_in_one_query(
    owner: User, django_assert_num_queries: Any
) -> None:
    of = server()
    thread = talk(owner, "current_time", "calculate", tool(of), tool(of, "alerts"))
    with django_assert_num_queries(1):
        tools = tools_of(thread)
    names = ["calculate", "current_time", "weather_forecast", "weather_alerts"]
    assert [one.name for one in tools] == names
    assert [one.server for one in tools] == ["", "", "Weather", "Weather"]
    assert [one.may_run for one in tools] == [True, True, False, False]
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", one.name) for one in tools)
    assert tools_of(talk(owner)) == ()


@pytest.mark.parametrize("fields", [{"offered": False}, {"gone": True}])
def test_what_no_administrator_offers_is_not_there(owner: User, fields: dict[str, Any]) -> None:
    thread = talk(owner, tool(server(), **fields))
    assert tools_of(thread) == ()
    assert find(thread, "weather_forecast") is None


def test_those_of_a_server_that_is_switched_off_are_not_there(owner: User) -> None:
    assert tools_of(talk(owner, tool(server(enabled=False)))) == ()


def allowed(thread: Any) -> tuple[bool, bool]:
    one = find(thread, "weather_forecast")
    assert one is not None
    return one.is_allowed_here, one.is_always_allowed


def test_an_approval_holds_for_a_conversation_or_for_all(owner: User) -> None:
    one = tool(server())
    here, there = talk(owner, one), talk(owner, one)
    stranger = User.objects.create_user("stranger")
    theirs = talk(stranger, one)
    allow(owner.pk, here.pk, "weather_forecast")
    allow(owner.pk, here.pk, "weather_forecast")
    assert (allowed(here), allowed(there)) == ((True, False), (False, False))
    allow(owner.pk, None, "weather_forecast")
    allow(owner.pk, None, "weather_forecast")
    assert (allowed(here), allowed(there), allowed(theirs)) == (
        (True, True),
        (False, True),
        (False, False),
    )
    assert Approval.objects.count() == 2


def test_a_branch_takes_the_switches_along_and_not_the_approvals(owner: User) -> None:
    thread = talk(owner, "calculate", tool(server()))
    allow(owner.pk, thread.pk, "weather_forecast")
    answer = Message.objects.create(conversation=thread, role="assistant", text="Done.")
    key = uuid.uuid4()
    copy = branch(owner, key, answer)
    copy.refresh_from_db()
    assert [one.name for one in tools_of(copy)] == [one.name for one in tools_of(thread)]
    assert allowed(copy) == (False, False)
    SwitchedTool.objects.filter(conversation=copy).delete()
    assert branch(owner, key, answer) == copy  # the request comes again
    assert tools_of(copy) == ()


def test_a_tool_that_changed_is_asked_about_again(owner: User) -> None:
    thread = talk(owner, tool(server()))
    allow(owner.pk, None, "weather_forecast")
    Tool.objects.update(digest="d2")
    assert allowed(thread) == (False, False)
    allow(owner.pk, None, "weather_forecast")
    assert allowed(thread) == (False, True)


@pytest.mark.parametrize("name", ["calculate", "nobody_knows_it"])
def test_nothing_else_can_be_approved(owner: User, name: str) -> None:
    allow(owner.pk, None, name)
    assert not Approval.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_our_own_tools_run_where_they_are_switched_on(owner: User) -> None:
    thread, other = talk(owner, "calculate"), talk(owner)
    call = async_to_sync(run)
    reply = call(thread.pk, owner.pk, "calculate", {"expression": "6 * 7"})
    assert (reply.text, reply.is_error) == ("42", False)
    for refused in (
        call(other.pk, owner.pk, "calculate", {"expression": "6 * 7"}),
        call(thread.pk, owner.pk, "current_time", {}),
    ):
        assert (refused.is_error, refused.may_have_run) == (True, False)
