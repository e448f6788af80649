"""The form of system prompt and parameters: what it keeps and refuses, and what is sent then."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from conversations.models import Conversation, Project
from conversations.preferences import choices
from streaming import actions
from streaming.models import Generation, Preset
from tests.support.document import Element, parse
from tests.support.living import TELLER, Living, living, owner
from tests.support.tabs import Tab, place_of, tab

__all__ = ["living", "owner", "tab"]

MODEL = f"puppet/{TELLER}"
SET = {
    "system_prompt": "Be brief.",
    "temperature": "0,5",
    "top_p": "0.9",
    "max_tokens": "500",
    "effort": "low",
    "seed": "7",
    "stop": 'END, "a, b", \\n',
    "web_search": "on",
    "extra_body": '{"top_k": 40}',
}
KEPT = {
    "temperature": 0.5,
    "top_p": 0.9,
    "max_tokens": 500,
    "reasoning_effort": "low",
    "seed": 7,
    "stop": ["END", "a, b", "\n"],
    "web_search": "on",
    "extra_body": {"top_k": 40},
}
UNFIT = [
    '{"a": "\\ud800"}',
    '{"\\ud800": 1}',
    '{"a": "\\u0000"}',
    '{"a": 1e999}',
    '{"a": [-1e999]}',
    '{"a": NaN}',
    '{"a": ' * 33 + "1" + "}" * 33,
    '{"a": ' + "[" * 4000 + "]" * 4000 + "}",
]
ON_THE_WIRE = {**KEPT, "top_k": 40, "web_search": None, "web_search_options": {}}


async def conversation_of(living: Living) -> Conversation:
    return (await living.ended("One.")).conversation


async def again(living: Living, conversation: Conversation) -> Conversation:
    return await living.do(lambda: Conversation.objects.get(pk=conversation.pk))


def asked(body: dict[str, Any]) -> dict[str, Any]:
    return {name: body.get(name) for name in ON_THE_WIRE if name != "extra_body"}


def chips(page: Element) -> list[str]:
    return [chip.attributes.get("data-chip") or "" for chip in page.all("data-chip")]


async def test_what_is_set_is_kept_shown_and_sent(living: Living, tab: Tab) -> None:
    thread = await conversation_of(living)
    reply = await tab.post(f"/c/{thread.pk}/parameters/", htmx=False, model=MODEL, **SET)
    assert place_of(reply) == f"/c/{thread.pk}/"
    now = await again(living, thread)
    assert (now.system_prompt, now.parameters) == ("Be brief.", KEPT)
    page = await tab.page(f"/c/{thread.pk}/")
    assert chips(page) == list(SET)
    answer = await living.answering("Two?", now)
    assert answer.talk.asked["messages"][0] == {"role": "system", "content": "Be brief."}
    wire = {name: value for name, value in ON_THE_WIRE.items() if name != "extra_body"}
    assert asked(answer.talk.asked) == wire
    run = await answer.finishes()
    details = (await tab.get(f"/m/{run.message_id}/details/")).content.decode()
    assert "Be brief." in details
    assert "Temperature" in details
    form = await tab.page(f"/c/{thread.pk}/parameters/")
    assert form.one("name", "stop").attributes.get("value") == 'END, "a, b", \\n'


async def test_an_answer_that_is_resumed_is_asked_as_it_began(living: Living, tab: Tab) -> None:
    thread = await conversation_of(living)
    await tab.post(f"/c/{thread.pk}/parameters/", model=MODEL, temperature="0.5")
    answer = await living.answering("Two?", await again(living, thread))
    await answer.says("Half")
    run = await answer.stops()
    await tab.post(f"/c/{thread.pk}/parameters/", model=MODEL, temperature="1")
    resumed = await living.resuming(run.message_id)
    assert resumed.talk.asked["temperature"] == 0.5
    await resumed.finishes()
    anew = await living.again(run.message_id, actions.regenerate)
    assert anew.talk.asked["temperature"] == 1
    await anew.finishes()


async def test_what_is_refused_is_explained_at_its_field_and_all_is_kept(
    living: Living, tab: Tab
) -> None:
    thread = await conversation_of(living)
    wrong = {
        "temperature": "hot",
        "top_p": "1.5",
        "max_tokens": "0",
        "effort": "huge",
        "seed": "-1",
        "stop": "a,b,c,d,e",
        "extra_body": '{"model": "dearer"}',
    }
    fields = {"system_prompt": "Kept.", **wrong}
    reply = await tab.post(f"/c/{thread.pk}/parameters/", htmx=False, model=MODEL, **fields)
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    for name in wrong:
        assert page.one("id", f"parameter-{name}-error").text(), name
        assert page.one("name", name).attributes.get("aria-invalid") == "true"
    assert page.one("name", "temperature").attributes.get("value") == "hot"
    assert "Kept." in page.one("name", "system_prompt").text()
    assert (await again(living, thread)).parameters == {}


@pytest.mark.parametrize("entries", UNFIT)
async def test_entries_that_nobody_can_keep_are_refused_at_their_field(
    living: Living, tab: Tab, entries: str
) -> None:
    thread = await conversation_of(living)
    where = f"/c/{thread.pk}/parameters/"
    reply = await tab.post(where, htmx=False, model=MODEL, extra_body=entries)
    assert reply.status_code == 400
    assert parse(reply.content.decode()).one("id", "parameter-extra_body-error").text()
    assert (await again(living, thread)).parameters == {}


@pytest.mark.sqlite  # PostgreSQL would never have kept them
async def test_entries_that_were_kept_before_they_were_refused_break_no_page(
    living: Living, tab: Tab
) -> None:
    thread = await conversation_of(living)
    kept = {"seed": 7, "extra_body": json.loads(UNFIT[0])}
    rows = Conversation.objects.filter(pk=thread.pk)
    await living.do(lambda: rows.update(parameters=kept))
    assert chips(await tab.page(f"/c/{thread.pk}/")) == ["seed"]
    form = await tab.page(f"/c/{thread.pk}/parameters/")
    assert form.one("name", "extra_body").text().strip() == ""


async def test_what_is_set_before_a_conversation_begins_goes_with_its_first_prompt(
    living: Living, tab: Tab
) -> None:
    reply = await tab.post("/parameters/", model=MODEL, system_prompt="Be brief.", seed="7")
    page = await tab.page(reply.headers["Location"])
    assert chips(page) == ["system_prompt", "seed"]
    key = page.one("name", "parameters").attributes.get("value") or ""
    form = await tab.page(f"/parameters/?parameters={key}")
    assert form.one("name", "seed").attributes.get("value") == "7"
    said = {"prompt": "Hello", "model": MODEL, "conversation": "", "parameters": key}
    await tab.post("/send/", htmx=False, **said)
    talk = await living.puppet.talk()
    assert talk.asked["seed"] == 7
    assert talk.asked["messages"][0]["content"] == "Be brief."
    pk, sent = await living.do(lambda: Generation.objects.values_list("pk", "sent").get())
    assert sent == {"system_prompt": "Be brief.", "parameters": {"seed": 7}}
    await talk.finish()
    await living.until_ended(pk)


async def test_what_the_person_and_the_project_say_comes_before_and_below(
    living: Living, tab: Tab
) -> None:
    thread = await conversation_of(living)

    def furnish() -> None:
        own = {"temperature": 0.1, "seed": 1, "top_p": 0.1}
        choices.choose(living.owner.pk, about_me="A nurse.", parameters=own)
        project = Project.objects.create(
            owner=living.owner,
            name="Ward",
            instructions="Say doses.",
            parameters={"temperature": 0.2, "seed": 2},
        )
        Conversation.objects.filter(pk=thread.pk).update(
            project=project, system_prompt="Be brief.", parameters={"temperature": 0.3}
        )

    await living.do(furnish)
    told = await tab.post(f"/c/{thread.pk}/parameters/", do="preview", model=MODEL, prompt="Two?")
    turns = [
        turn.attributes.get("data-turn") for turn in parse(told.content.decode()).all("data-turn")
    ]
    assert turns == ["system", "user", "assistant", "user"]
    answer = await living.answering("Two?", await again(living, thread))
    body = answer.talk.asked
    system = "About the person you talk to:\nA nurse.\n\nSay doses.\n\nBe brief."
    assert body["messages"][0]["content"] == system
    assert (body["temperature"], body["seed"], body["top_p"]) == (0.3, 2, 0.1)
    await answer.finishes()


async def test_presets_are_saved_applied_renamed_and_deleted(living: Living, tab: Tab) -> None:
    thread = await conversation_of(living)
    url = f"/c/{thread.pk}/parameters/"
    said = {"model": MODEL, "temperature": "0.5", "do": "keep", "preset_name": "Cool"}
    assert (await tab.post(url, htmx=False, **said)).status_code == 200
    preset = await living.do(lambda: Preset.objects.get())
    assert (await again(living, thread)).parameters == {}, "it is saved as a preset alone"
    applied = await tab.post(url, model=MODEL, do="apply", preset=str(preset.pk))
    assert (
        parse(applied.content.decode()).one("name", "temperature").attributes.get("value") == "0.5"
    )
    assert (await tab.post(url, htmx=False, **said | {"preset_name": " "})).status_code == 400
    await tab.post(url, htmx=False, **said | {"preset_name": "Other"})
    address = f"/presets/{preset.pk}/"
    taken = await tab.post(address, do="rename", name="Other")
    assert taken.status_code == 400
    assert b"of that name" in taken.content
    await tab.post(address, do="rename", name="Cold")
    assert (await tab.page("/presets/")).all("value", "Cold")
    await tab.post(address, do="delete")
    assert await living.do(lambda: [each.name for each in Preset.objects.all()]) == ["Other"]


async def test_another_tab_is_told_what_differs(living: Living, tab: Tab) -> None:
    thread = await conversation_of(living)
    page = await tab.watch(thread.pk)
    async with page.connected() as socket:
        await tab.post(f"/c/{thread.pk}/parameters/", htmx=True, model=MODEL, seed="7")
        await page.until(socket, lambda shown: shown.page.all("data-chip"))


async def test_a_key_that_is_nobodys_says_nothing(tab: Tab) -> None:
    for key in ("", "no-key", str(uuid.uuid4())):
        assert chips(await tab.page(f"/?parameters={key}")) == []


async def test_what_models_are_told_of_a_person_and_in_a_project_is_written_on_pages(
    living: Living, tab: Tab
) -> None:
    project = await living.do(lambda: Project.objects.create(owner=living.owner, name="Ward"))
    await tab.post("/settings/about/", about_me="A nurse.")
    await tab.post(f"/projects/{project.pk}/instructions/", instructions="Say doses.")
    assert await living.do(lambda: choices.told(living.owner.pk)) == ("A nurse.", {})
    now = await living.do(lambda: Project.objects.get())
    assert now.instructions == "Say doses."
    too_long = await tab.post(f"/projects/{project.pk}/instructions/", instructions="é" * 40_000)
    assert too_long.status_code == 400
    assert b"80000 bytes" in too_long.content


async def test_a_form_opened_before_another_page_saved_overwrites_nothing(
    living: Living, tab: Tab
) -> None:
    thread = await conversation_of(living)
    url = f"/c/{thread.pk}/parameters/"
    revision = (await tab.page(url)).one("name", "revision").attributes["value"] or ""
    await tab.post(url, model=MODEL, system_prompt="Be brief.", revision=revision)
    said = {"model": MODEL, "system_prompt": "", "temperature": "0.5"}
    for earlier in ({}, {"do": "preview"}):  # what is shown again was opened when it was
        shown = await tab.post(url, htmx=False, **said, **earlier, revision=revision or "")
        if earlier:
            revision = parse(shown.content.decode()).one("name", "revision").attributes["value"]
    late = await tab.post(url, htmx=True, **said, revision=revision or "")
    assert late.status_code == 409
    page = parse(late.content.decode())
    assert "Be brief." in page.one("data-changed-elsewhere").text()
    assert page.one("name", "temperature").attributes.get("value") == "0.5"
    assert (await again(living, thread)).system_prompt == "Be brief."
    now = page.one("name", "revision").attributes["value"] or ""
    await tab.post(url, htmx=False, **said, revision=now)
    assert (await again(living, thread)).parameters == {"temperature": 0.5}


async def test_the_first_button_of_the_form_saves(tab: Tab) -> None:
    """Browsers press it when somebody presses Enter in a field."""
    form = await tab.page("/parameters/")
    assert next(each.attributes["value"] for each in form.all("name", "do")) == "save"


async def test_a_new_chat_stays_temporary_and_in_its_list(living: Living, tab: Tab) -> None:
    project = await living.do(lambda: Project.objects.create(owner=living.owner, name="Ward"))
    link = (await tab.page(f"/?list={project.pk}&temporary=on")).one("data-action", "parameters")
    form = await tab.page((link.attributes["href"] or "").replace("&amp;", "&"))
    fields = {"temporary": "on", "project": str(project.pk)}
    for name, value in fields.items():
        assert form.one("name", name).attributes.get("value") == value
    action = form.one("data-parameters").attributes["action"] or ""
    reply = await tab.post(action, htmx=False, model=MODEL, seed="7", **fields)
    page = await tab.page(reply.headers["Location"])
    assert "checked" in page.one("id", "begin-as-temporary").attributes
    assert page.one("name", "project").attributes.get("value") == str(project.pk)
    asked = await tab.get(f"/parameters/?project={project.pk}", **{"HX-Request": "true"})
    assert parse(asked.content.decode()).one("name", "project")


async def test_what_this_model_does_not_take_blocks_no_save(living: Living, tab: Tab) -> None:
    thread = await conversation_of(living)
    strange = {"temperature": 1.7, "reasoning_effort": "odd", "top_p": 0.4}

    def furnish() -> None:
        Conversation.objects.filter(pk=thread.pk).update(parameters=strange)

    await living.do(furnish)
    said = {"temperature": "1.7", "effort": "odd", "top_p": "0.4", "seed": "7"}
    reply = await tab.post(f"/c/{thread.pk}/parameters/", htmx=False, model=MODEL, **said)
    assert reply.status_code == 303
    assert (await again(living, thread)).parameters == strange | {"seed": 7}
    changed = await tab.post(
        f"/c/{thread.pk}/parameters/", htmx=False, model=MODEL, **said | {"effort": "odder"}
    )
    assert changed.status_code == 400


async def test_a_prompt_is_not_sent_without_what_was_set_for_it(living: Living, tab: Tab) -> None:
    reply = await tab.post("/parameters/", model=MODEL, seed="7")
    key = reply.headers["Location"].rpartition("=")[2]
    await living.do(lambda: Preset.objects.all().delete())
    said = {"prompt": "Hello", "model": MODEL, "conversation": "", "parameters": key}
    shown = await tab.post("/send/", htmx=True, **said)
    assert shown.status_code == 409
    assert "not kept any more" in shown.content.decode()
    assert not parse(shown.content.decode()).all("name", "parameters")
    page = parse((await tab.post("/send/", htmx=False, **said)).content.decode())
    assert "Hello" in page.one("id", "prompt").text()
    assert not page.all("name", "parameters")
    assert not await living.do(Conversation.objects.exists)
