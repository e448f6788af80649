"""One table of keys: what a page's scripts act upon is what readers are shown."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User

from conversations.keyboard.keys import KEYS, by_place, spelled
from conversations.preferences import choices
from tests import ROOT
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Tab

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15"
SCRIPTS = "".join(path.read_text("utf-8") for path in (ROOT / "static/js").rglob("*.js"))


def rows(page: Element) -> list[tuple[str, str]]:
    """What is pressed and what that does, as a reader sees it."""
    pressed, labels = page.all("class", "keys__pressed"), page.all("class", "keys__label")
    keys = ["+".join(key.text() for key in each.all("class", "key")) for each in pressed]
    return list(zip(keys, (label.text() for label in labels), strict=True))


async def keys_of(tab: Tab, path: str) -> str:
    [app] = (await tab.page(path)).all("class", "app")
    return app.attributes.get("data-keys", "")


async def test_every_page_of_conversations_carries_the_table(living: Living, tab: Tab) -> None:
    run = await living.ended("Yes.")
    for path in ("/", f"/c/{run.conversation_id}/", "/search/", f"/c/{run.conversation_id}/?whole"):
        assert await keys_of(tab, path) == spelled()


async def test_who_switches_them_off_has_none_and_everybody_else_keeps_theirs(
    living: Living, tab: Tab
) -> None:
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    await living.do(lambda: choices.choose(living.owner.pk, keyboard=False))
    assert await keys_of(tab, "/") == await keys_of(tab, "/search/") == ""
    assert await keys_of(other, "/") == spelled()
    assert "switched off" in (await tab.page("/keys/")).text()
    assert "switched off" not in (await other.page("/keys/")).text()


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "dialog"])
async def test_the_table_that_is_shown_is_the_one_that_scripts_read(tab: Tab, htmx: bool) -> None:
    headers = {"HX-Request": "true"} if htmx else {}
    reply = await tab.get("/keys/", **headers)
    page = parse(reply.content.decode())
    shown = [("+".join(key.shown(mac=False)), key.label) for key in KEYS]
    assert rows(page) == shown
    assert ("Ctrl+K", "Find a conversation or a command") in shown
    assert bool(page.all("data-keys-table")) == htmx


async def test_a_mac_is_shown_the_keys_that_it_has(tab: Tab) -> None:
    page = parse((await tab.get("/keys/", **{"User-Agent": MAC})).content.decode())
    assert ("⌘+K", "Find a conversation or a command") in rows(page)


def test_the_documentation_shows_the_same_table() -> None:
    page = (ROOT / "docs/keys.md").read_text("utf-8")
    shown = [row.strip("| ").split(" | ") for row in page.splitlines() if row.startswith("| ")]
    kept = [[key.place, " ".join(key.shown(mac=False)), key.label] for key in KEYS]
    assert shown[1:] == kept


def test_every_command_of_a_key_is_done_by_a_script() -> None:
    commands = {key.command for key in KEYS if key.command}
    assert len(commands) > 5
    assert {name for name in commands if not re.search(rf"\b{name}\b", SCRIPTS)} == set()


def test_no_two_keys_mean_the_same_key_in_one_place() -> None:
    spelled_keys = [(key.place, key.pressed) for key in KEYS]
    assert len(spelled_keys) == len(set(spelled_keys))
    assert [place for place, _ in by_place(mac=False)] == list(dict.fromkeys(k.place for k in KEYS))


def test_only_the_key_of_the_palette_takes_one_of_the_browsers() -> None:
    """Keys with Ctrl or Alt are the browser's or the system's; letters alone are for writing."""
    handled = [key.pressed for key in KEYS if key.command]
    assert [pressed for pressed in handled if "+" in pressed] == ["Mod+K"]
    assert [pressed for pressed in handled if pressed.isalnum() and len(pressed) == 1] == []
