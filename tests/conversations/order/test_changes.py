"""Pin, archive, move: each says how conversations shall be, so asking twice is asking once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import QueryDict

from conversations.models import Conversation, Project
from conversations.order import changes, forms
from conversations.order.changes import Change
from conversations.order.forms import BadChange
from conversations.trash import moving

pytestmark = pytest.mark.django_db


def talk(owner: User, title: str = "Talk", **fields: Any) -> Conversation:
    return Conversation.objects.create(owner=owner, title=title, **fields)


def asked(**said: str) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(said)
    return query


def test_r8_what_is_asked_for_again_was_done_already(owner: User) -> None:
    conversation = talk(owner)
    archive = Change("archived", True)
    first = changes.apply(owner, [conversation.pk], archive)
    again = changes.apply(owner, [conversation.pk], archive)
    assert (first.before, again.before) == ({conversation.pk: False}, {})
    assert (first.undo, again.undo) == (Change("archived", False), None)
    conversation.refresh_from_db()
    assert conversation.archived


def test_undo_leaves_alone_what_was_so_before(owner: User) -> None:
    before, other = talk(owner, archived=True), talk(owner)
    done = changes.apply(owner, [before.pk, other.pk], Change("archived", True))
    assert done.undo is not None
    changes.apply(owner, list(done.before), done.undo)
    assert set(owner.conversations.filter(archived=True)) == {before}


def test_conversations_of_several_projects_are_not_moved_back_by_one_undo(owner: User) -> None:
    projects = [Project.objects.create(owner=owner, name=name) for name in ("A", "B", "C")]
    pks = [talk(owner, project=project).pk for project in projects]
    assert changes.apply(owner, pks, Change("project_id", projects[0].pk)).undo is None
    done = changes.apply(owner, pks, Change("project_id", None))
    assert done.undo == Change("project_id", projects[0].pk)


def test_r11_what_is_somebody_elses_stays(owner: User) -> None:
    other = User.objects.create_user("other")
    theirs, mine = talk(other), talk(owner)
    done = changes.apply(owner, [theirs.pk, mine.pk, uuid.uuid4()], Change("pinned", True))
    assert list(done.before) == [mine.pk]
    assert not Conversation.objects.get(pk=theirs.pk).pinned


def test_what_is_in_the_trash_stays_as_it_is(owner: User) -> None:
    conversation = talk(owner)
    moving.trash_conversation(conversation, uuid.uuid4())
    assert changes.apply(owner, [conversation.pk], Change("archived", True)).before == {}


def test_r11_nothing_moves_into_somebody_elses_project(owner: User) -> None:
    other = User.objects.create_user("other")
    theirs = Project.objects.create(owner=other, name="Theirs")
    for name in (str(theirs.pk), str(theirs.pk + 99), "", "x", "٣", "9" * 30):
        with pytest.raises(BadChange):
            forms.change(owner, asked(project=name))


@pytest.mark.parametrize(
    ("said", "change"),
    [
        ({"pinned": "on"}, Change("pinned", True)),
        ({"archived": "off"}, Change("archived", False)),
        ({"project": "none"}, Change("project_id", None)),
    ],
)
def test_a_form_says_what_shall_be(owner: User, said: dict[str, str], change: Change) -> None:
    assert forms.change(owner, asked(**said)) == change


@pytest.mark.parametrize("said", [{}, {"pinned": "maybe"}, {"archived": ""}, {"title": "  "}])
def test_a_form_that_says_nothing_is_told_so(owner: User, said: dict[str, str]) -> None:
    with pytest.raises(BadChange):
        forms.change(owner, asked(**said))


def test_conversations_are_named_one_by_one_or_in_a_row(owner: User) -> None:
    first, second, third = (uuid.uuid4() for _ in range(3))
    said = QueryDict(mutable=True)
    said.setlist("selected", [str(first), "no number", str(first)])
    said["conversations"] = f"{second} {third.hex}"
    assert forms.selected(said) == [first, second, third]


def test_no_more_are_changed_at_once_than_the_limit_says(owner: User, settings: Any) -> None:
    settings.SELECTED = 2
    names = [str(uuid.uuid4()) for _ in range(3)]
    assert len(forms.selected(asked(conversations=" ".join(names[:2])))) == 2
    with pytest.raises(BadChange, match="2 conversations at most"):
        forms.selected(asked(conversations=" ".join(names)))
