"""Conversations that come in: whole, once, and the same when they go out again."""

from __future__ import annotations

import json
import uuid

import pytest
from django.contrib.auth.models import User

from conversations import branches
from conversations.models import Conversation, Deletion, Message, SearchEntry
from conversations.transfer import archive
from conversations.transfer.models import ImportedNode
from conversations.transfer.plain import Refused, Thread
from conversations.transfer.sources import chatgpt, claude, librechat, open_webui
from conversations.trash import purging
from streaming.costs.models import PastUse
from streaming.models import Generation
from streaming.transfer.incoming import conversations as conversations_in
from streaming.transfer.incoming.conversations import What
from streaming.transfer.outgoing import conversations as conversations_out
from streaming.trash import actions as trash
from tests import ROOT
from tests.support.archives import examples as archives

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> User:
    return User.objects.create_user("other")


def out(thread: Conversation) -> str:
    return "".join(conversations_out.written(thread))


def read(words: str) -> Thread:
    return archive.thread(json.loads(words))


def test_what_goes_out_comes_in_as_it_was(owner: User, other: User) -> None:
    first = out(archives.house(owner))
    copy = conversations_in.take(other, read(first)).conversation
    assert copy.owner == other
    assert out(copy) == first


def test_another_site_gives_it_the_same_number(owner: User) -> None:
    thread = archives.house(owner)
    first, pk = out(thread), thread.pk
    Conversation.everything.all().delete()
    copy = conversations_in.take(owner, read(first)).conversation
    assert copy.pk == pk
    assert out(copy) == first


def test_what_is_there_already_adds_nothing(owner: User, other: User) -> None:
    thread = archives.house(owner)
    before, words = Message.objects.count(), out(thread)
    assert conversations_in.take(owner, read(words)).what == What.UNCHANGED
    conversations_in.take(other, read(words))
    again = conversations_in.take(other, read(words))
    assert (again.what, again.messages) == (What.UNCHANGED, 0)
    assert Message.objects.count() == 2 * before


def test_a_newer_archive_adds_what_is_new(owner: User, other: User) -> None:
    thread = archives.house(owner)
    copy = conversations_in.take(other, read(out(thread))).conversation
    last = Message.objects.create(
        conversation=thread, parent=thread.leaf, role="user", text="And now?"
    )
    Conversation.objects.filter(pk=thread.pk).update(leaf=last)
    thread.refresh_from_db()
    taken = conversations_in.take(other, read(out(thread)))
    assert (taken.what, taken.messages, taken.conversation) == (What.UPDATED, 1, copy)
    assert archives.texts(copy) == archives.texts(thread)
    copy.refresh_from_db()
    assert copy.leaf is not None and copy.leaf.text == "And now?"


def test_chatgpts_branches_become_siblings(owner: User) -> None:
    taken = conversations_in.take(owner, chatgpt.thread(archives.tides()))
    assert archives.texts(taken.conversation) == [
        ("user", "Why are there tides?"),
        ("assistant", "The moon."),
        ("assistant", "The moon, and the sun."),
        ("user", "Thanks\n[image]"),
    ]
    ask, first, second, thanks = taken.conversation.messages.order_by("pk")
    assert (first.parent, second.parent, thanks.parent) == (ask, ask, second)
    assert second.reasoning == "It pulls."
    assert [call["name"] for call in second.tool_calls] == ["web.run"]
    assert taken.conversation.leaf_id == thanks.pk
    assert taken.conversation.pinned
    assert taken.not_shown == {"hidden": 1, "tool results": 1, "images": 1}
    assert ImportedNode.objects.filter(shown=False).count() == 5
    run = Generation.objects.get(message=first)
    assert (run.model, run.status, run.requested_by) == ("gpt-4", "finished", None)


def test_what_came_from_elsewhere_goes_out_and_comes_in_as_it_was(owner: User, other: User) -> None:
    for source, value in (
        (chatgpt, archives.tides()),
        (claude, archives.claude()),
        (open_webui, archives.open_webui()),
        (librechat, archives.librechat()),
    ):
        copy = conversations_in.take(owner, source.thread(value)).conversation
        first = out(copy)
        moved = conversations_in.take(other, read(first)).conversation
        assert out(moved) == first
        assert conversations_in.take(other, source.thread(value)).what == What.UNCHANGED


def test_a_newer_export_of_chatgpt_adds_what_is_new(owner: User) -> None:
    value = archives.tides()
    short = {**value, "mapping": dict(list(value["mapping"].items())[:4]), "current_node": "first"}
    copy = conversations_in.take(owner, chatgpt.thread(short)).conversation
    taken = conversations_in.take(owner, chatgpt.thread(value))
    assert (taken.what, taken.messages, taken.conversation) == (What.UPDATED, 2, copy)
    assert conversations_in.take(owner, chatgpt.thread(value)).what == What.UNCHANGED


def test_claudes_blocks(owner: User) -> None:
    copy = conversations_in.take(owner, claude.thread(archives.claude())).conversation
    ask, answer = copy.messages.order_by("pk")
    assert ask.text == "Read this\n\n**bees.txt**\n\n````\nBuzz ``` buzz\n````\n\n[hive.png]"
    assert answer.text == "They dance ([Dance](https://bees.example/a))."
    assert answer.reasoning == "Hm."
    assert json.loads(answer.tool_calls[0]["arguments"]) == {"at": "hive"}


def test_open_webuis_details(owner: User) -> None:
    copy = conversations_in.take(owner, open_webui.thread(archives.open_webui())).conversation
    _, first, second, third = copy.messages.order_by("pk")
    assert (first.text, first.reasoning) == ("The sea.", 'It is "deep"')
    assert (second.text, second.tool_calls[0]["arguments"]) == ("Deep.", '{"at": 1}')
    assert (third.text, third.reasoning) == ("So deep.", "Hm")
    assert copy.leaf_id == second.pk
    assert copy.system_prompt == "Be salty"
    assert Generation.objects.get(message=second).status == "interrupted"


def test_librechats_tree(owner: User) -> None:
    copy = conversations_in.take(owner, librechat.thread(archives.librechat())).conversation
    assert archives.texts(copy) == [
        ("user", "Who?"),
        ("assistant", "An owl."),
        ("assistant", "A bat."),
    ]
    assert branches.lineage(copy.leaf_id or 0, 10) == [
        copy.messages.get(text="A bat.").pk,
        copy.messages.get(text="Who?").pk,
    ]


def test_what_is_in_the_trash_stays_there(owner: User) -> None:
    value = archives.tides()
    copy = conversations_in.take(owner, chatgpt.thread(value)).conversation
    Conversation.objects.filter(pk=copy.pk).update(trashed_at="2026-01-01T00:00:00Z")
    with pytest.raises(Refused, match="in your trash"):
        conversations_in.take(owner, chatgpt.thread(value))


def test_nothing_follows_a_message_that_was_deleted(owner: User) -> None:
    value = archives.tides()
    short = {**value, "mapping": dict(list(value["mapping"].items())[:-1])}
    copy = conversations_in.take(owner, chatgpt.thread(short)).conversation
    second = copy.messages.get(text="The moon, and the sun.")
    deletion = Deletion.objects.create(owner=owner, made_at="2026-01-01T00:00:00Z", whole=False)
    Message.objects.filter(pk=second.pk).update(deletion=deletion)
    taken = conversations_in.take(owner, chatgpt.thread(value))
    assert (taken.what, taken.messages) == (What.UNCHANGED, 0)
    assert taken.not_shown["below what you deleted"] == 1


def test_an_archive_is_the_same_on_every_database(owner: User) -> None:
    """The file was written on SQLite; these tests run on PostgreSQL, too."""
    words = (ROOT / "tests/support/archives/house.json").read_text("utf-8")
    copy = conversations_in.take(owner, read(words)).conversation
    assert out(copy) == words
    assert copy.messages.count() == 5


def test_what_is_deleted_for_good_is_gone_from_what_its_source_wrote(owner: User) -> None:
    value = archives.tides()
    copy = conversations_in.take(owner, chatgpt.thread(value)).conversation
    second = copy.messages.get(text="The moon, and the sun.")
    deletion = trash.delete_branch(owner, uuid.uuid4(), second)
    purging.doom(deletion)
    while purging.purge_some(deletion.pk):
        pass
    gone = {"think", "look", "seen", "second", "thanks"}
    emptied = ImportedNode.objects.filter(json="").values_list("node", flat=True)
    assert set(emptied) == gone
    assert not PastUse.objects.exists()
    assert not any(f'"id":"{name}"' in out(copy) for name in gone)
    assert conversations_in.take(owner, chatgpt.thread(value)).what == What.UNCHANGED
    assert copy.messages.count() == 2


def grown(words: str) -> str:
    """The archive as it is once its first answer went on."""
    value = json.loads(words)
    answer = value["messages"][1]
    answer["text"] += " four"
    more = {**answer["generations"][-1], "start_offset": 13, "end_offset": 18, "replaced": None}
    more.pop("original", None)
    answer["generations"].append({**more, "created_at": "2026-02-01T00:00:00.000000Z"})
    return json.dumps(value)


def test_an_answer_that_went_on_elsewhere_goes_on_here(owner: User, other: User) -> None:
    first = out(archives.house(owner))
    copy = conversations_in.take(other, read(first)).conversation
    taken = conversations_in.take(other, read(grown(first)))
    assert (taken.what, taken.messages) == (What.UPDATED, 1)
    answer = copy.messages.get(text="One two three four")
    assert [run.end_offset for run in answer.generations.order_by("pk")] == [7, 13, 13, 18]
    assert conversations_in.take(other, read(grown(first))).what == What.UNCHANGED
    assert conversations_in.take(other, read(first)).what == What.UNCHANGED  # an older one
    assert SearchEntry.objects.filter(message=answer, words__contains="four").exists()


def test_an_answer_that_went_on_here_stays_as_it_is(owner: User, other: User) -> None:
    first = out(archives.house(owner))
    copy = conversations_in.take(other, read(first)).conversation
    answer = copy.messages.get(text="One two three")
    Generation.objects.filter(message=answer).update(requested_by=other)
    assert conversations_in.take(other, read(grown(first))).what == What.UNCHANGED
    answer.refresh_from_db()
    assert answer.text == "One two three"
