"""What a person and a project set for all conversations: kept, sent, and named where it holds."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.models import Conversation, Project
from conversations.preferences import choices
from tests.support.document import Element
from tests.support.living import TELLER, Living, living, owner
from tests.support.tabs import Tab, place_of, tab

__all__ = ["living", "owner", "tab"]

MODEL = f"puppet/{TELLER}"
FIELDS: dict[str, Any] = {
    "temperature": "0.2",
    "top_p": "0.9",
    "max_tokens": "500",
    "effort": "low",
    "seed": "7",
    "stop": "END",
}
KEPT = {
    "temperature": 0.2,
    "top_p": 0.9,
    "max_tokens": 500,
    "reasoning_effort": "low",
    "seed": 7,
    "stop": ["END"],
}


def project_of(living: Living) -> Project:
    return Project.objects.create(owner=living.owner, name="Ward", instructions="Say doses.")


def hints(page: Element) -> str:
    return " ".join(page.one("data-below").text().split())


async def test_a_persons_defaults_are_kept_and_sent_where_nothing_else_is_said(
    living: Living, tab: Tab
) -> None:
    saved = await tab.post("/parameters/defaults/", **FIELDS)
    assert place_of(saved) == "/settings/"
    assert await living.do(lambda: choices.told(living.owner.pk)) == ("", KEPT)
    page = await tab.page("/parameters/defaults/")
    for name, value in FIELDS.items():
        assert page.one("name", name).attributes.get("value") == value
    assert not page.all("name", "system_prompt")
    assert not page.all("name", "extra_body"), "which is one provider's own"
    answer = await living.answering("One?")
    assert {name: answer.talk.asked.get(name) for name in KEPT} == KEPT
    await answer.finishes()


async def test_a_projects_defaults_stand_over_the_persons(living: Living, tab: Tab) -> None:
    project = await living.do(lambda: project_of(living))
    await tab.post("/parameters/defaults/", temperature="0.2", seed="7")
    address = f"/projects/{project.pk}/instructions/"
    shown = await tab.page(address)
    assert hints(shown).endswith("Temperature 0.2 (of yours) Seed 7 (of yours)")
    assert shown.one("name", "seed").attributes.get("placeholder") == "7"
    saved = await tab.post(address, instructions="Say doses, too.", seed="8")
    assert place_of(saved) == f"/projects/{project.pk}/"
    now = await living.do(lambda: Project.objects.get())
    assert (now.instructions, now.parameters) == ("Say doses, too.", {"seed": 8})
    thread = (await living.ended("One.")).conversation
    await living.do(lambda: Conversation.objects.filter(pk=thread.pk).update(project=project.pk))
    form = await tab.page(f"/c/{thread.pk}/parameters/")
    assert hints(form).endswith("Temperature 0.2 (of yours) Seed 8 (of the project)")
    moved = await living.do(lambda: Conversation.objects.get(pk=thread.pk))
    answer = await living.answering("Two?", moved)
    assert (answer.talk.asked["temperature"], answer.talk.asked["seed"]) == (0.2, 8)
    await answer.finishes()


@pytest.mark.parametrize("wrong", [("temperature", "hot"), ("seed", "-1"), ("effort", "odd")])
async def test_what_cannot_be_is_explained_and_nothing_is_kept(
    living: Living, tab: Tab, wrong: tuple[str, str]
) -> None:
    project = await living.do(lambda: project_of(living))
    name, value = wrong
    for address in ("/parameters/defaults/", f"/projects/{project.pk}/instructions/"):
        said: dict[str, Any] = {"instructions": "New.", name: value}
        refused = await tab.post(address, **said)
        assert refused.status_code == 400
        assert f'id="parameter-{name}-error"' in refused.content.decode()
    assert await living.do(lambda: choices.told(living.owner.pk)) == ("", {})
    now = await living.do(lambda: Project.objects.get())
    assert (now.instructions, now.parameters) == ("Say doses.", {})


async def test_a_default_that_the_model_does_not_take_is_not_named_for_it(
    living: Living, tab: Tab
) -> None:
    thread = (await living.ended("One.")).conversation
    await living.do(
        lambda: choices.choose(living.owner.pk, parameters={"temperature": 9, "seed": 7})
    )
    assert hints(await tab.page(f"/c/{thread.pk}/parameters/")).endswith(": Seed 7 (of yours)")
