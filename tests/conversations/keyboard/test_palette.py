"""The palette: a person's own conversations by title and text, and the commands that fit."""

from __future__ import annotations

from django.contrib.auth.models import User

from conversations.keyboard.commands import COMMANDS
from conversations.models import Conversation
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Tab


async def titled(living: Living, *titles: str) -> list[Conversation]:
    return await living.do(
        lambda: [Conversation.objects.create(owner=living.owner, title=title) for title in titles]
    )


async def options(tab: Tab, text: str, target: str = "palette-options") -> Element:
    headers = {"HX-Request": "true", "HX-Target": target}
    reply = await tab.request("get", "/palette/", data={"q": text}, headers=headers)
    assert reply.status_code == 200
    return parse(reply.content.decode())


def labels(page: Element, kind: str) -> list[str]:
    """The names of the places or commands, in order."""
    found = [each for each in page.all("role", "option") if f"-{kind}-" in each.attributes["id"]]
    return [each.text().strip() for each in found]


async def test_it_opens_with_the_newest_conversations_and_every_command(
    living: Living, tab: Tab
) -> None:
    await titled(living, *(f"Talk {number}" for number in range(12)))
    page = await options(tab, "", target="")
    assert page.one("data-palette").tag == "dialog"
    assert labels(page, "place") == [f"Talk {number}" for number in range(11, 3, -1)]
    assert labels(page, "command") == [each.label for each in COMMANDS if not each.administrators]


async def test_the_conversation_of_the_page_is_none_of_the_newest(living: Living, tab: Tab) -> None:
    *_, last = await titled(living, *(f"Talk {number}" for number in range(9)))
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://here/c/{last.pk}/?q=x#found"}
    page = parse((await tab.get("/palette/", **headers)).content.decode())
    assert labels(page, "place") == [f"Talk {number}" for number in range(7, -1, -1)]


async def test_it_is_a_combobox_with_a_list_box(tab: Tab) -> None:
    page = await options(tab, "", target="")
    box, listed = page.one("role", "combobox"), page.one("role", "listbox")
    assert box.attributes["aria-controls"] == listed.attributes["id"]
    assert box.attributes["aria-autocomplete"] == "list"
    assert page.one("for", box.attributes["id"]).text()
    ids = [each.attributes["id"] for each in page.all("role", "option")]
    assert len(ids) == len(set(ids)) > 10
    assert {each.attributes["tabindex"] for each in page.all("role", "option")} == {"-1"}


async def test_it_finds_titles_and_texts_each_conversation_once(living: Living, tab: Tab) -> None:
    run = await living.ended("A tap over a slow drain, a tap.", prompt="How does water wait?")
    [named] = await titled(living, "Buy a tap")
    page = await options(tab, "tap")
    assert labels(page, "place") == [
        "Buy a tap",
        "How does water wait?A tap over a slow drain, a tap.",
    ]
    assert [each.attributes["href"] for each in page.all("href")][:2] == [
        f"/c/{named.pk}/",
        f"/c/{run.conversation_id}/?q=tap&at={run.message_id}#found",
    ]
    assert page.one("id", "palette-search").attributes["href"] == "/search/?q=tap"
    assert page.one("data-text").attributes["data-text"] == "tap"


async def test_a_command_is_found_by_the_beginnings_of_its_words(tab: Tab) -> None:
    assert labels(await options(tab, "SETT"), "command") == ["Settings"]
    assert labels(await options(tab, "new temp"), "command") == ["New temporary conversation"]
    assert "Trash" in labels(await options(tab, "restore"), "command")


async def test_a_command_comes_before_others_that_only_have_its_name_among_their_words(
    tab: Tab,
) -> None:
    trash = labels(await options(tab, "trash"), "command")
    assert trash == ["Trash", "Delete this conversation"]
    assert labels(await options(tab, "Archive"), "command")[0] == "Archive"
    assert labels(await options(tab, "search"), "command")[0] == "Search everything"
    assert labels(await options(tab, "ettings"), "command") == []


async def test_administrators_have_commands_of_their_own(living: Living, tab: Tab) -> None:
    assert "Providers" not in labels(await options(tab, ""), "command")
    await living.do(lambda: User.objects.filter(pk=living.owner.pk).update(is_staff=True))
    assert {"Providers", "People"} <= set(labels(await options(tab, ""), "command"))


async def test_nobody_elses_conversations_are_offered(living: Living, tab: Tab) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    await living.do(lambda: Conversation.objects.create(owner=other, title="A secret tap"))
    for text in ("", "secret", "tap"):
        assert labels(await options(tab, text), "place") == []


async def test_any_text_is_answered(tab: Tab) -> None:
    for text in ('"', "is:", "<b>", "a" * 600, "\0", "%", "🙂", "is:interrupted"):
        page = await options(tab, text)
        assert page.one("role", "listbox")


async def test_without_script_it_is_a_page_of_links(living: Living, tab: Tab) -> None:
    [named] = await titled(living, "Buy a tap")
    page = await tab.page("/palette/?q=tap")
    links = [each.attributes["href"] for each in page.all("class", "option")]
    assert links == [f"/c/{named.pk}/", "/search/?q=tap"]
    assert page.one("name", "q").attributes["value"] == "tap"
    whole = [
        each.attributes["href"] for each in (await tab.page("/palette/")).all("class", "option")
    ]
    assert {"/settings/", "/trash/", "/search/", "/"} <= set(whole)
