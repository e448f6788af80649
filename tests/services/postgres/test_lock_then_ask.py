"""Whoever decides holds first, and asks then: what another request does meanwhile is never lost.

A statement that waits for a lock sees what was there before it waited. Each test lets the other
request in where it would do most harm; on SQLite nobody could come in there.
"""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from chatsite.accounts.forms import PersonForm
from conversations.models import Conversation, Deletion, Message, Project
from conversations.order import changes, projects
from conversations.order.changes import Change, ProjectIsGone
from conversations.order.projects import BadProject
from conversations.trash import moving, purging
from streaming.models import Generation
from streaming.runs import takeover
from streaming.runs.auto_resume import NotResumable
from streaming.titles import limits
from streaming.trash import actions
from tests.services.support.meanwhile import WAITED, before, elsewhere
from tests.support.living import Living, living
from tests.support.rows import left_behind, long_conversation

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

UPDATE, INSERT, DELETE = 'UPDATE "{}"', 'INSERT INTO "{}"', 'DELETE FROM "{}"'
CONVERSATIONS, PROJECTS = "conversations_conversation", "conversations_project"


__all__ = ["living"]


@pytest.fixture
def owner(transactional_db: None) -> User:
    return User.objects.create_user("owner")


def deleted(owner: User, *, whole: bool) -> Deletion:
    thread = long_conversation(owner, 4)
    if whole:
        return moving.trash_conversation(thread, uuid.uuid4())
    first = thread.messages.order_by("pk")[2]
    return moving.trash_branch(thread, first, uuid.uuid4())


@pytest.mark.parametrize("whole", [True, False], ids=["conversation", "branch"])
def test_what_is_being_restored_cannot_be_deleted_for_good_in_the_same_moment(
    owner: User, whole: bool
) -> None:
    deletion = deleted(owner, whole=whole)
    assert deletion.conversation is not None
    table = CONVERSATIONS if whole else "conversations_message"
    with transaction.atomic():
        thread = moving.hold(deletion.conversation.pk)
        assert thread is not None
        with before(UPDATE.format(table), lambda: purging.doom(deletion)) as doomed:
            assert moving.restore(thread, deletion)
    assert doomed == [WAITED]
    assert not purging.doom(deletion)
    assert not purging.purge_some(deletion.pk)
    assert Message.objects.visible().count() == 4


def test_what_comes_back_in_pieces_cannot_be_deleted_for_good_between_look_and_mark(
    owner: User,
) -> None:
    deletion = deleted(owner, whole=False)
    assert deletion.conversation is not None
    while moving.spread(deletion.conversation, deletion):
        pass
    messages = UPDATE.format("conversations_message")
    with transaction.atomic(), before(messages, lambda: purging.doom(deletion)) as doomed:
        assert moving.lift_some(deletion, most=1)
    assert doomed == [WAITED]


def test_r8_one_key_deletes_two_conversations_that_are_deleted_in_the_same_moment(
    owner: User,
) -> None:
    threads, key = [long_conversation(owner, 2) for _ in range(2)], uuid.uuid4()
    act = partial(actions.move_conversation, owner, key, threads[1])
    with before(INSERT.format("conversations_deletion"), act) as other:
        made = actions.move_conversation(owner, key, threads[0])
    assert {made.conversation, other[0].conversation} == set(threads)
    assert actions.move_conversation(owner, key, threads[0]) == made
    assert act() == other[0]
    assert Deletion.objects.count() == 2


def in_project(owner: User) -> tuple[Conversation, Project, Change]:
    thread = Conversation.objects.create(owner=owner, title="Talk")
    project = Project.objects.create(owner=owner, name="Thesis")
    return thread, project, Change("project_id", project.pk)


def test_a_project_is_not_deleted_while_something_is_moved_there(owner: User) -> None:
    thread, project, move = in_project(owner)
    with before(UPDATE.format(CONVERSATIONS), lambda: projects.delete(project)) as gone:
        changes.apply(owner, [thread.pk], move)
    assert gone == [WAITED]
    projects.delete(project)
    assert Conversation.objects.get(pk=thread.pk).project is None


def test_nothing_is_moved_to_a_project_that_is_being_deleted(owner: User) -> None:
    thread, project, move = in_project(owner)
    act = partial(changes.apply, owner, [thread.pk], move)
    with before(DELETE.format(PROJECTS), act) as moved:
        projects.delete(project)
    assert moved == [WAITED]
    with pytest.raises(ProjectIsGone):
        act()


def test_of_projects_made_at_once_there_are_no_more_than_the_limit_says(
    owner: User, settings: Any
) -> None:
    settings.PROJECTS = 1
    with before(INSERT.format(PROJECTS), lambda: projects.make(owner, "B")) as other:
        projects.make(owner, "A")
    assert other == [WAITED]
    with pytest.raises(BadProject):
        projects.make(owner, "B")


def test_of_people_added_at_once_no_two_have_names_that_differ_in_case_alone(owner: User) -> None:
    first, second = PersonForm({"name": "Ada"}), PersonForm({"name": "ada"})
    assert first.is_valid()
    assert second.is_valid()
    with before(INSERT.format("auth_user"), second.save) as other:
        assert first.save()
    assert other == [WAITED]
    assert second.save() is None
    assert "name" in second.errors


async def test_titles_asked_for_at_once_are_counted_one_after_the_other(living: Living) -> None:
    def check() -> object:
        with transaction.atomic():
            limits.check(living.owner)
            return elsewhere(lambda: in_transaction(living.owner))

    assert await living.do(check) == WAITED


@transaction.atomic
def in_transaction(user: User) -> None:
    limits.check(user)


@pytest.mark.parametrize("deed", ["delete", "undo"])
async def test_an_answer_is_not_taken_over_from_what_is_put_aside_in_the_same_moment(
    living: Living, deed: str
) -> None:
    def begin() -> Generation:
        run = left_behind(living.owner)
        Generation.objects.filter(pk=run.pk).update(status="interrupted", ended_at=run.created_at)
        return run

    def put_aside() -> None:
        if deed == "delete":
            actions.delete_branch(living.owner, uuid.uuid4(), run.message)
        else:
            Generation.objects.filter(pk=run.pk).update(undone_at=run.created_at)

    def take() -> None:
        assert [each.pk for each in takeover.left_behind()] == [run.pk]
        with before('SELECT "conversations_conversation"', put_aside), transaction.atomic():
            takeover._held(run.pk)

    run = await living.do(begin)
    with pytest.raises(NotResumable):
        await living.do(take)
