"""The filter `project:` finds what is in a person's projects of that name, and nothing else."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation, Project
from conversations.search import projects
from conversations.search.finding import find
from conversations.search.query import parse
from conversations.search.views import filter_of

pytestmark = pytest.mark.django_db


def put(owner: User, name: str, *titles: str) -> Project:
    project = Project.objects.create(owner=owner, name=name)
    for title in titles:
        Conversation.objects.create(owner=owner, title=title, project=project)
    return project


def titles(owner: User, text: str) -> set[str]:
    return {entry.conversation.title for entry in find(owner.pk, parse(text)).entries}


@pytest.fixture
def filled(owner: User) -> User:
    Conversation.objects.create(owner=owner, title="tap of nowhere")
    put(owner, "My Thesis", "tap one", "drain one")
    put(owner, "Gärten", "tap two")
    other = User.objects.create_user("other")
    put(other, "Thesis", "tap of somebody else")
    return owner


@pytest.mark.parametrize("few", [projects.FEW, 0])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tap", {"tap of nowhere", "tap one", "tap two"}),
        ("tap project:thesis", {"tap one"}),
        ("tap project:THES", {"tap one"}),
        ('tap project:"my thesis"', {"tap one"}),
        ("tap project:garten", {"tap two"}),
        ("tap project:thesis project:gärten", {"tap one", "tap two"}),
        ("project:thesis", {"tap one", "drain one"}),
        ("tap project:esis", set()),
        ("tap project:nothing", set()),
    ],
)
def test_r11_it_finds_what_is_in_the_persons_own_projects(
    filled: User, monkeypatch: pytest.MonkeyPatch, few: int, text: str, expected: set[str]
) -> None:
    monkeypatch.setattr(projects, "FEW", few)
    assert titles(filled, text) == expected


def test_what_was_moved_is_found_where_it_is(filled: User) -> None:
    Conversation.objects.filter(title="tap one").update(project=None)
    assert titles(filled, "tap project:thesis") == set()
    assert titles(filled, "tap") >= {"tap one"}


@pytest.mark.parametrize("name", ["Thesis", "Two words", 'A "quoted" name', "Größe: 5", "c++ & co"])
def test_the_filter_that_a_chip_adds_finds_its_project(owner: User, name: str) -> None:
    put(owner, name, "tap inside")
    assert titles(owner, f"tap {filter_of(name)}") == {"tap inside"}
