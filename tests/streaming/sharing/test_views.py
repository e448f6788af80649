"""Sharing a conversation by a form, all of one's links, and copies of what others share."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from conversations.models import Conversation, Message
from conversations.sharing.models import Share
from conversations.trash import moving
from tests.streaming.sharing.conftest import MakeShare, address, signed_in
from tests.support import rows
from tests.support.document import parse

pytestmark = pytest.mark.django_db


def send(browser: Client, thread: Conversation, **fields: Any) -> Any:
    said = {"key": str(uuid.uuid4())} | fields
    return browser.post(f"/c/{thread.pk}/share/", said)


def links(browser: Client, path: str = "/shares/") -> list[str]:
    page = parse(browser.get(path).content.decode())
    return [each.attributes["href"] for each in page.all("data-share-link")]


def test_a_form_makes_a_link_which_the_page_shows_first(browser: Client, thread: Any) -> None:
    path = f"/c/{thread.pk}/share/"
    reply = send(browser, thread)
    assert (reply.status_code, reply.headers["Location"]) == (303, f"{path}#shared")
    share = Share.objects.get()
    assert links(browser, path) == [f"{settings.PUBLIC_ORIGIN}{address(share)}"]
    assert share.expires_at is None
    send(browser, thread)
    assert links(browser, path)[0].endswith(address(Share.objects.order_by("-pk")[0]))
    assert len(links(browser)) == 2


def test_what_is_chosen_is_shared(browser: Client, thread: Any) -> None:
    second = thread.messages.order_by("pk")[1]
    send(browser, thread, up_to=second.pk, reasoning="on", with_name="on", days="7")
    share = Share.objects.get()
    assert len(share.snapshot["messages"]) == 2
    assert (share.end_id, share.parts, share.shown_name) == (
        second.pk,
        ["reasoning"],
        "ada-the-owner",
    )
    assert share.expires_at is not None
    assert (share.expires_at - share.created_at).days in (6, 7)


def test_the_form_offers_each_message_as_the_last_one(browser: Client, thread: Any) -> None:
    wanted = thread.messages.order_by("pk")[1].pk
    html = browser.get(f"/c/{thread.pk}/share/?up_to={wanted}").content.decode()
    options = [each.attributes for each in parse(html).walk() if each.tag == "option"]
    offered = [each["value"] for each in options if each["value"] != ""][:3]
    assert offered == [
        str(pk) for pk in thread.messages.order_by("-pk").values_list("pk", flat=True)[1:]
    ]
    assert [each["value"] for each in options if "selected" in each] == [str(wanted)]


@pytest.mark.parametrize(
    "fields", [{"key": "none"}, {"up_to": "x"}, {"days": "8"}, {"up_to": "9" * 30}]
)
def test_a_form_that_cannot_be_read_makes_nothing(
    browser: Client, thread: Any, fields: dict[str, str]
) -> None:
    assert send(browser, thread, **fields).status_code == 400
    assert not Share.objects.exists()


def test_what_is_too_much_is_said_on_the_page(browser: Client, thread: Any, settings: Any) -> None:
    settings.SHARE_BYTES = 10
    reply = send(browser, thread)
    assert reply.status_code == 409
    assert "at most 10 bytes" in reply.content.decode()


def test_a_conversation_without_messages_is_not_shared(browser: Client, ada: User) -> None:
    empty = Conversation.objects.create(owner=ada)
    assert "Nothing is written here" in browser.get(f"/c/{empty.pk}/share/").content.decode()
    assert send(browser, empty).status_code == 409


def test_no_other_conversations_message_is_shared(browser: Client, ada: User, thread: Any) -> None:
    others = rows.long_conversation(User.objects.create_user("grace"), 2)
    own = rows.long_conversation(ada, 2)
    for foreign in (others, own):
        assert send(browser, thread, up_to=foreign.leaf_id).status_code == 404
    assert not Share.objects.exists()


def test_the_list_names_each_link_and_how_it_stands(
    browser: Client, share: MakeShare, thread: Any
) -> None:
    one = share("reasoning", shown_name="ada-the-owner")
    page = browser.get("/shares/").content.decode()
    for words in ("Until it is revoked", "with reasoning", "with your name"):
        assert words in page
    Share.objects.update(expires_at=one.created_at)
    assert "Expired" in browser.get("/shares/").content.decode()
    moving.trash_conversation(thread, uuid.uuid4())
    assert "in the trash" in browser.get("/shares/").content.decode()


def test_one_click_revokes_it(browser: Client, share: MakeShare) -> None:
    one, other = share(), share()
    form = parse(browser.get("/shares/").content.decode()).one("data-share", str(one.pk))
    assert form.one("data-action", "revoke").tag == "button"
    assert browser.post("/shares/", {"revoke": one.pk}).status_code == 303
    assert [each.endswith(address(other)) for each in links(browser)] == [True]
    assert Client().get(address(one)).status_code == 404


def test_nobody_lists_or_revokes_anothers(share: MakeShare) -> None:
    one, stranger = share(), signed_in(User.objects.create_user("grace"))
    assert links(stranger) == []
    for named in (str(one.pk), "1" * 30, "none"):
        stranger.post("/shares/", {"revoke": named})
    assert Client().get(address(one)).status_code == 200


def test_a_copy_is_a_conversation_of_ones_own(share: MakeShare, thread: Any) -> None:
    thread.messages.filter(role="assistant").update(reasoning="Let me see")
    one = share("reasoning")
    grace = User.objects.create_user("grace")
    reader = signed_in(grace)
    page = parse(reader.get(address(one)).content.decode())
    form = next(each for each in page.walk() if each.tag == "form")
    reply = reader.post(form.attributes["action"])
    copied = Conversation.objects.get(owner=grace)
    assert (reply.status_code, reply.headers["Location"]) == (303, f"/c/{copied.pk}/")
    said = [(each.role, each.text) for each in thread.messages.order_by("pk")]
    messages = list(copied.messages.order_by("pk"))
    assert [(each.role, each.text) for each in messages] == said
    assert [each.parent_id for each in messages] == [None, *(each.pk for each in messages[:-1])]
    assert (copied.title, copied.leaf_id) == (thread.title, messages[-1].pk)
    assert messages[1].reasoning == "Let me see"
    assert "bees" in reader.get("/search/?q=bees").content.decode()


def test_a_second_press_leads_to_the_same_copy_until_it_is_deleted(share: MakeShare) -> None:
    one, grace = share(), User.objects.create_user("grace")
    reader = signed_in(grace)
    places = [reader.post(f"{address(one)}copy/").headers["Location"] for _ in range(2)]
    assert places[0] == places[1]
    moving.trash_conversation(Conversation.objects.get(owner=grace), uuid.uuid4())
    third = reader.post(f"{address(one)}copy/").headers["Location"]
    assert third != places[0]
    assert (
        Message.objects.filter(conversation__owner=grace, conversation__trashed_at=None).count()
        == 4
    )


def test_a_long_one_is_copied_a_few_messages_at_a_time(ada: User, browser: Client) -> None:
    thread = rows.long_conversation(ada, 120)
    send(browser, thread)
    one = Share.objects.get()
    browser.post(f"{address(one)}copy/")
    copied = Conversation.objects.exclude(pk=thread.pk).get()
    assert copied.messages.count() == 120
    assert copied.leaf_id == max(copied.messages.values_list("pk", flat=True))


def test_what_leads_nowhere_is_not_copied(share: MakeShare, browser: Client) -> None:
    one = share()
    assert browser.get(f"{address(one)}copy/").headers["Location"] == address(one)
    Share.objects.update(expires_at=one.created_at)
    for method in (browser.get, browser.post):
        assert method(f"{address(one)}copy/").status_code == 404
    assert Conversation.objects.count() == 1
