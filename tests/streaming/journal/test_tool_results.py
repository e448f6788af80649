"""What a tool said, on its card: text and nothing else, folded where it is long."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Message
from streaming.live import fragments
from tests.support.document import Element, parse

pytestmark = pytest.mark.django_db

HTML = (
    "<h1>So</h1><script>alert(1)</script><img src=x onerror=alert(1)> [a](javascript:b) & the end"
)


def card(owner: User, state: str, result: str) -> Element:
    call = {"id": "1", "name": "far_page", "arguments": "{}", "generation": 1, "state": state}
    thread = Conversation.objects.create(owner=owner)
    message = Message.objects.create(
        conversation=thread, role="assistant", tool_calls=[call | {"result": result}]
    )
    return parse(fragments.cards(message)).one("data-tool")


@pytest.mark.parametrize("state", ["finished", "failed", "unknown"])
def test_a_result_is_text_whatever_it_holds(owner: User, state: str) -> None:
    shown = card(owner, state, HTML)
    assert HTML in shown.text()
    tags = {element.tag for element in shown.walk()}
    assert tags.isdisjoint({"h1", "script", "img", "a"})
    assert not [each for each in shown.walk() if "onerror" in each.attributes]


def test_a_long_result_is_folded_and_whole(owner: User) -> None:
    short, long = card(owner, "finished", "x" * 399), card(owner, "finished", "x" * 40_000)
    [open_one] = [each for each in short.walk() if each.tag == "details"]
    [folded] = [each for each in long.walk() if each.tag == "details"]
    assert "open" in open_one.attributes
    assert "open" not in folded.attributes
    assert "x" * 40_000 in folded.text()
