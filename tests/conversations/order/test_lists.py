"""Lists of conversations: all, the archive, a project's; each with and without script."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation, Project
from conversations.sidebar import AT_ONCE
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Tab, place_of


async def talk(living: Living, title: str, **fields: Any) -> Conversation:
    create = Conversation.objects.create
    return await living.do(lambda: create(owner=living.owner, title=title, **fields))


async def project(living: Living, name: str) -> Project:
    return await living.do(lambda: Project.objects.create(owner=living.owner, name=name))


def titles(page: Element) -> list[str]:
    rows = page.one("id", "conversations").all("data-conversation-link")
    return [row.one("data-title").text() for row in rows]


@pytest.mark.parametrize("htmx", [True, False])
async def test_pinning_puts_a_row_first_and_unpinning_back(
    living: Living, tab: Tab, htmx: bool
) -> None:
    old = await talk(living, "Old")
    await talk(living, "New")
    for name, expected in (("on", ["Old", "New"]), ("off", ["New", "Old"])):
        for _ in range(2):  # r8
            reply = await tab.post(f"/c/{old.pk}/order/", htmx=htmx, pinned=name)
            assert reply.status_code == (200 if htmx else 303)
            page = parse(reply.text) if htmx else await tab.page()
            assert titles(page) == expected
            row = page.one("id", f"row-{old.pk}")
            assert ("data-pinned" in row.attributes) == (name == "on")


@pytest.mark.parametrize("htmx", [True, False])
async def test_what_is_archived_is_in_the_archive_alone_and_comes_back(
    living: Living, tab: Tab, htmx: bool
) -> None:
    put = await talk(living, "Put away")
    await talk(living, "Left")
    await tab.post(f"/c/{put.pk}/order/", htmx=htmx, archived="on")
    assert titles(await tab.page()) == ["Left"]
    archive = await tab.page("/archive/")
    assert titles(archive) == ["Put away"]
    [link] = archive.one("id", "conversations").all("data-conversation-link")
    opened = await tab.page(link.attributes["href"])
    assert titles(opened) == ["Put away"]  # the list that one came from
    await tab.post(f"/c/{put.pk}/order/", htmx=htmx, archived="off")
    assert sorted(titles(await tab.page())) == ["Left", "Put away"]


async def test_undo_brings_back_what_was_archived_at_once(living: Living, tab: Tab) -> None:
    chosen = [await talk(living, title) for title in ("One", "Two")]
    names = " ".join(str(each.pk) for each in chosen)
    reply = parse((await tab.post("/order/", htmx=True, conversations=names, archived="on")).text)
    assert "2 conversations are in the archive" in " ".join(reply.text().split())
    form = reply.one("data-undo").one("hx-post")
    fields = {each.attributes["name"]: each.attributes["value"] for each in form.all("name")}
    assert titles(reply) == []
    assert titles(parse((await tab.post("/order/", htmx=True, **fields)).text)) == ["Two", "One"]


async def test_who_continues_an_archived_conversation_finds_it_in_the_list(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("Some words", prompt="Once")
    await tab.post(f"/c/{run.conversation_id}/order/", archived="on")
    thread = await living.do(lambda: Conversation.objects.get(pk=run.conversation_id))
    again = await living.answering("More", conversation=thread)
    assert titles(await tab.page()) == ["Once"]
    await again.stops()


async def test_the_list_of_a_project_is_live_and_read_in_stretches(
    living: Living, tab: Tab
) -> None:
    thesis = await project(living, "Thesis")
    await talk(living, "Elsewhere")

    def fill() -> None:
        Conversation.objects.bulk_create(
            Conversation(owner=living.owner, title=str(number), project=thesis)
            for number in range(AT_ONCE + 2)
        )

    await living.do(fill)
    page = await tab.page(f"/projects/{thesis.pk}/")
    assert len(titles(page)) == AT_ONCE
    earlier = page.one("class", "list__earlier").attributes["hx-get"]
    part = parse((await tab.get(earlier, **{"HX-Request": "true"})).text)
    assert len(part.all("data-conversation-link")) == 2
    shown = page.one("data-list").attributes
    said = f"list={shown['data-list']}&rows=40&scope={shown['data-scope']}"
    assert len(json.loads((await tab.get(f"/standing/?{said}")).content)["messages"]) == 1
    rows = Conversation.objects
    await living.do(lambda: rows.filter(title="41").update(title="Anew"))
    await living.do(lambda: rows.filter(title="Elsewhere").update(updated_at=timezone.now()))
    news = json.loads((await tab.get(f"/standing/?{said}")).content)["messages"][0]
    assert "Anew" in titles(parse(news))
    assert "Elsewhere" not in titles(parse(news))
    [other] = parse(news).all("data-other")  # for what is news there
    assert other.text() == "Elsewhere"


async def test_a_reply_to_a_page_holds_the_list_that_it_says_it_shows(
    living: Living, tab: Tab
) -> None:
    """It may show a conversation that began in it, and has that one's address since."""
    put, left = [await talk(living, title) for title in ("Put away", "Left")]
    await tab.post(f"/c/{put.pk}/order/", archived="on")
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://127.0.0.1/c/{left.pk}/"}
    for name, expected in (("archive", ["Put away", "Left"]), ("", ["Left"])):
        reply = await tab.request(
            "post",
            f"/c/{put.pk}/order/",
            data={"pinned": "off"},
            headers={**headers, "Chat-List": name},
        )
        assert sorted(titles(parse(reply.text))) == sorted(expected)


@pytest.mark.parametrize("name", ["archiv", "0", "-1", "9" * 40, "٣", "12345"])
async def test_a_list_that_there_is_not_is_the_first_of_all(
    living: Living, tab: Tab, name: str
) -> None:
    await talk(living, "Here")
    page = await tab.page(f"/?list={name}")
    assert titles(page) == ["Here"]
    assert page.one("data-list").attributes["data-scope"] == ""


async def test_a_new_chat_of_a_project_is_in_it(living: Living, tab: Tab) -> None:
    thesis = await project(living, "Thesis")
    page = await tab.page(f"/?list={thesis.pk}")
    form = page.one("data-compose")
    assert form.one("name", "project").attributes["value"] == str(thesis.pk)
    said = {"model": "puppet/teller", "prompt": "Chapter one"}
    reply = await tab.post("/send/", htmx=False, **said, project=str(thesis.pk))
    assert reply.status_code == 303
    assert titles(await tab.page(f"/projects/{thesis.pk}/")) == ["Chapter one"]
    elsewhere = said | {"prompt": "Nowhere"}
    await tab.post("/send/", htmx=False, **elsewhere, project=str(thesis.pk + 1))
    assert titles(await tab.page(f"/projects/{thesis.pk}/")) == ["Chapter one"]


async def test_without_script_a_form_leads_back_to_where_it_was(living: Living, tab: Tab) -> None:
    chosen = await talk(living, "Here")
    path = f"/c/{chosen.pk}/order/"
    for back, place in (("/archive/", "/archive/"), ("https://example.com/", "/"), ("", "/")):
        assert place_of(await tab.post(path, pinned="on", back=back)) == place
