"""What a share holds of a branch: what was chosen, as far as it is written, and nothing else."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import Http404
from django.utils import timezone

from conversations.files import attached
from conversations.models import Conversation, Deletion, Message, Project
from conversations.sharing import copying, shares, snapshot
from conversations.sharing.models import Share
from conversations.sharing.snapshot import PARTS
from conversations.trash import moving, purging
from streaming.journal.entries import REASONING
from streaming.journal.snapshot import parts_of
from streaming.models import Generation
from streaming.sharing import making
from tests.support import rows
from tests.support.files.rows import document_of, picture_of
from tests.support.rows import RESULT, TEXTS, THOUGHTS

pytestmark = pytest.mark.django_db

CHOICES = [parts for size in range(4) for parts in itertools.combinations(PARTS, size)]


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada-the-owner", "ada@example.org")


def make(user: User, end: Message, *parts: str) -> Share:
    return shares.make(user, uuid.uuid4(), end, making.of_branch(end, parts), parts)


def told(share: Share) -> list[snapshot.SharedMessage]:
    share.refresh_from_db()
    return snapshot.read(share.snapshot)


def test_it_is_the_branch_down_to_that_message(ada: User) -> None:
    thread = rows.long_conversation(ada, 6)
    last = thread.messages.order_by("pk")[3]
    shared = told(make(ada, last))
    assert [each.role for each in shared] == ["user", "assistant"] * 2
    assert [each.model for each in shared] == ["", "teller"] * 2
    assert all(each.whole for each in shared)


def test_an_answer_that_is_being_written_is_there_as_far_as_it_is_written(ada: User) -> None:
    run = rows.running(ada, rows.worker())
    rows.keep(run, "As far", (REASONING, "thinking of it"), " as this")
    answer = told(make(ada, run.message, "reasoning"))[-1]
    assert (answer.text, answer.reasoning, answer.whole) == (
        "As far as this",
        "thinking of it",
        False,
    )
    rows.keep(run, " and further")
    assert told(Share.objects.get())[-1].text == "As far as this"


IN_ORDER = {
    (): [TEXTS[0], TEXTS[1]],
    ("reasoning",): [THOUGHTS[0], TEXTS[0], THOUGHTS[1], TEXTS[1]],
    ("tools",): [TEXTS[0], RESULT, TEXTS[1]],
    ("reasoning", "tools"): [THOUGHTS[0], TEXTS[0], RESULT, THOUGHTS[1], TEXTS[1]],
}


@pytest.mark.parametrize("parts", IN_ORDER)
def test_what_was_chosen_keeps_its_order_also_in_a_copy(ada: User, parts: tuple[str, ...]) -> None:
    share = make(ada, rows.answer_in_parts(ada), *parts)
    answer = told(share)[-1]
    pieces = [each.call.result if each.call else each.text for each in answer.pieces]
    assert pieces == IN_ORDER[parts]
    copy = copying.copy(ada, share).messages.get(role="assistant")
    kinds = [each.kind for each in parts_of(copy).all]
    joined = ["text"] if not parts else [each.kind for each in answer.pieces]
    assert (kinds, copy.text) == (joined, answer.text)


@pytest.mark.parametrize("parts", [("tools",), ("tools", "files")])
def test_a_picture_stays_where_it_came_if_files_were_chosen(
    ada: User, parts: tuple[str, ...]
) -> None:
    answer, picture = rows.answer_in_parts(ada), picture_of(ada)
    attached.hang(answer, [picture])
    row = {"kind": "picture", "picture": {"file": str(picture.pk)}, "generation": 1}
    answer.parts.insert(2, row)
    answer.save()
    share = make(ada, answer, *parts)
    kinds = ["text", "picture", "call", "text"] if "files" in parts else ["text", "call", "text"]
    assert [each.kind for each in told(share)[-1].pieces] == kinds
    copy = copying.copy(ada, share).messages.get(role="assistant")
    assert [each.kind for each in parts_of(copy).all] == kinds
    for part in parts_of(copy).all:
        copied = part.picture["file"] if part.picture else None
        assert copied is None or copied in map(str, copy.attachments.values_list("file", flat=True))


def test_an_answer_that_is_being_written_keeps_its_order_too(ada: User) -> None:
    run = rows.running(ada, rows.worker())
    rows.keep(run, (REASONING, "Hm."), "One. ", (REASONING, "Aha."), "Two.")
    pieces = told(make(ada, run.message, "reasoning"))[-1].pieces
    assert [each.text for each in pieces] == ["Hm.", "One. ", "Aha.", "Two."]


def test_what_is_too_much_is_refused(ada: User, settings: Any) -> None:
    thread = rows.long_conversation(ada, 6)
    end = thread.messages.order_by("pk")[5]
    settings.SHARE_MESSAGES = 5
    with pytest.raises(shares.Refused, match="at most 5 messages"):
        make(ada, end)
    settings.SHARE_MESSAGES, settings.SHARE_BYTES = 6, 100
    with pytest.raises(shares.Refused, match="at most 100 bytes"):
        make(ada, end)
    assert not Share.objects.exists()


def test_one_person_shares_so_many_links_and_no_more(ada: User, settings: Any) -> None:
    settings.SHARES = 1
    end = rows.long_conversation(ada, 2).messages.order_by("pk")[1]
    first = make(ada, end)
    with pytest.raises(shares.Refused, match="Revoke one first"):
        make(ada, end)
    shares.revoke(ada, first.pk)
    make(ada, end)


def test_what_was_deleted_for_good_meanwhile_is_not_shared(ada: User) -> None:
    end = rows.long_conversation(ada, 2).messages.order_by("pk")[1]
    data = making.of_branch(end, ())
    Message.everything.filter(pk=end.pk).delete()
    with pytest.raises(Http404):
        shares.make(ada, uuid.uuid4(), end, data)


def test_what_is_revoked_holds_nothing_any_more(ada: User) -> None:
    end = rows.long_conversation(ada, 2).messages.order_by("pk")[1]
    share = make(ada, end)
    shares.revoke(ada, share.pk)
    share.refresh_from_db()
    assert (share.snapshot, share.title, share.shown_name) == ({}, "", "")


def test_the_form_of_one_that_was_revoked_makes_no_other_for_a_day(ada: User) -> None:
    end = rows.long_conversation(ada, 2).messages.order_by("pk")[1]
    share = make(ada, end)
    shares.revoke(ada, share.pk)
    again = shares.make(ada, share.key, end, making.of_branch(end, ()))
    assert (again.pk, Share.objects.count()) == (share.pk, 1)
    Share.objects.update(revoked_at=timezone.now() - timedelta(days=1, seconds=1))
    make(ada, end)
    assert not Share.objects.filter(pk=share.pk).exists()


def test_what_the_trash_deletes_for_good_takes_its_shares_along(ada: User) -> None:
    """Whatever message of the branch it is; one that is not in it changes nothing."""
    thread = rows.long_conversation(ada, 4)
    first, second, *_ = thread.messages.order_by("pk")
    aside = thread.messages.create(role="assistant", parent=first, text="Another answer")
    one, other = make(ada, second), make(ada, thread.messages.order_by("pk")[3])
    for gone, left in ((aside, [one, other]), (second, [])):
        deletion = moving.trash_branch(thread, gone, uuid.uuid4())
        moving.spread(thread, deletion)
        purging.doom(deletion)
        while purging.purge_some(deletion.pk):
            pass
        assert list(Share.objects.order_by("pk")) == left


def furnished(owner: User, secret: Random) -> tuple[Message, dict[str, str]]:
    """A thread with a word of its own in every place; the end of the branch, and those words."""
    words: dict[str, str] = {}

    def word(place: str) -> str:
        words[place] = f"w{secret.getrandbits(64):x}"
        return words[place]

    thread = Conversation.objects.create(
        owner=owner,
        title=word("title"),
        system_prompt=word("system prompt"),
        parameters={"user": word("parameters")},
        project=Project.objects.create(
            owner=owner, name=word("project"), instructions=word("instructions")
        ),
    )
    say = thread.messages.create
    first = say(role="user", text=word("text"))
    attached.hang(first, [document_of(owner, word("content"), word("files"))])
    say(role="assistant", parent=first, text=word("sibling"))
    gone = Deletion.objects.create(owner=owner, conversation=thread, made_at=thread.created_at)
    say(role="assistant", parent=first, text=word("deleted"), deletion=gone)
    call = {"id": word("call id"), "name": "f", "state": "made", "generation": 1}
    end = say(
        role="assistant",
        parent=first,
        text=word("answer"),
        reasoning=word("reasoning"),
        tool_calls=[call | {"arguments": word("tools")}],
    )
    say(role="user", parent=end, text=word("later"))
    Generation.objects.create(
        conversation=thread,
        message=end,
        requested_by=owner,
        request_key=uuid.uuid4(),
        provider="p",
        model="m",
        status=Generation.Status.FINISHED,
        upstream_request_id=word("upstream id"),
        error_message=word("error"),
        opaque={"format": "chat", "metadata": word("metadata")},
    )
    return end, words


@pytest.mark.parametrize("parts", CHOICES)
@pytest.mark.parametrize("seed", range(3))
def test_what_was_not_chosen_is_not_in_what_is_stored(
    ada: User, seed: int, parts: tuple[str, ...]
) -> None:
    end, words = furnished(ada, Random(seed))
    share = make(ada, end, *parts)
    stored = json.dumps(Share.objects.filter(pk=share.pk).values().get(), default=str)
    there = {place for place, word in words.items() if word in stored}
    assert there == {"title", "text", "answer", *parts}
    assert "ada-the-owner" not in stored
