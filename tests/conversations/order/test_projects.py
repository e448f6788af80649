"""Projects: made, renamed, deleted, and conversations moved into them."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.models import Conversation, Project
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab, place_of


async def talk(living: Living, title: str) -> Conversation:
    return await living.do(lambda: Conversation.objects.create(owner=living.owner, title=title))


async def names(living: Living) -> list[str]:
    rows = Project.objects.order_by("name")
    return await living.do(lambda: list(rows.values_list("name", flat=True)))


async def test_r8_a_name_is_one_project_however_often_it_is_made(living: Living, tab: Tab) -> None:
    places = {place_of(await tab.post("/projects/", title=" The  thesis ")) for _ in range(2)}
    assert len(places) == 1
    assert await names(living) == ["The thesis"]
    page = await tab.page(places.pop())
    assert page.one("data-project").one("data-title").text() == "The thesis"


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "x" * 101])
async def test_a_name_that_is_none_is_told(living: Living, tab: Tab, name: str) -> None:
    reply = await tab.post("/projects/", title=name)
    assert reply.status_code == 400
    assert parse(reply.text).one("id", "title-error").text()
    assert await names(living) == []


async def test_there_are_no_more_projects_than_the_limit_says(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.PROJECTS = 2
    for name, status in (("A", 303), ("B", 303), ("C", 400), ("A", 303)):
        assert (await tab.post("/projects/", title=name)).status_code == status
    assert await names(living) == ["A", "B"]


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_project_is_renamed_but_not_to_the_name_of_another(
    living: Living, tab: Tab, htmx: bool
) -> None:
    path = place_of(await tab.post("/projects/", title="Thesis"))
    await tab.post("/projects/", title="Garden")
    for _ in range(2):
        reply = await tab.post(f"{path}rename/", htmx=htmx, title="Book")
        assert reply.status_code == (200 if htmx else 303)
    assert (await tab.post(f"{path}rename/", htmx=htmx, title="Garden")).status_code == 400
    assert await names(living) == ["Book", "Garden"]


async def test_the_conversations_of_a_deleted_project_stay(living: Living, tab: Tab) -> None:
    chosen = await talk(living, "Kept")
    thrown = await talk(living, "In the trash")
    path = place_of(await tab.post("/projects/", title="Thesis"))
    number = path.split("/")[2]
    for each in (chosen, thrown):
        await tab.post(f"/c/{each.pk}/order/", project=number)
    await tab.post(f"/c/{thrown.pk}/delete/")
    asked = await tab.page(f"{path}delete/")
    assert "Its 1 conversation stays" in asked.text()
    assert place_of(await tab.post(f"{path}delete/")) == "/"
    assert (await tab.post(f"{path}delete/")).status_code == 404
    rows = Conversation.everything.order_by("title")
    kept = await living.do(lambda: list(rows.values_list("title", flat=True)))
    assert kept == ["In the trash", "Kept"]
    assert await living.do(rows.filter(project=None).count) == 2


async def test_conversations_are_moved_by_a_page_that_lists_projects(
    living: Living, tab: Tab
) -> None:
    chosen = await talk(living, "Chapter one")
    await tab.post("/projects/", title="Garden")
    asked = await tab.page(f"/order/move/?conversation={chosen.pk}")
    form = asked.one("id", "moving")
    keys = form.all("name", "conversations")[0].attributes["value"]
    [button] = form.all("name", "project")
    await tab.post("/order/", conversations=keys, project=button.attributes["value"])
    row = (await tab.page()).one("id", f"row-{chosen.pk}")
    assert row.one("class", "row__project").text() == "Garden"
    await tab.post("/order/", conversations=keys, title="Thesis")  # a new one
    row = (await tab.page()).one("id", f"row-{chosen.pk}")
    assert row.one("class", "row__project").text() == "Thesis"
    again = await tab.page(f"/order/move/?conversation={chosen.pk}")
    assert "disabled" in again.one("aria-current").attributes
    await tab.post("/order/", conversations=keys, project="none")
    assert (await tab.page()).all("class", "row__project") == []


async def test_a_branch_of_a_conversation_is_in_its_project(living: Living, tab: Tab) -> None:
    run = await living.ended("Some words", prompt="Chapter one")
    path = place_of(await tab.post("/projects/", title="Thesis"))
    await tab.post(f"/c/{run.conversation_id}/order/", project=path.split("/")[2])
    await tab.post(f"/m/{run.message_id}/branch/")
    assert len((await tab.page(path)).all("data-renamable")) == 3  # the project, and both
