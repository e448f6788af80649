"""What a person chose of the look of pages stands in the first line of every one of them."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from chatsite import refusals
from chatsite.preferences import look
from conversations.preferences import choices
from conversations.preferences.choices import PageChoices
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Tab

DARK: dict[str, Any] = {"theme": "dark", "density": "compact", "text_size": "large"}


def attributes(reply: Any) -> dict[str, str]:
    [page] = parse(reply.content.decode()).all("data-theme")
    return {name: value for name, value in page.attributes.items() if name.startswith("data-")}


def is_dressed(page: Element) -> bool:
    return any("css/base/look" in link.attributes["href"] for link in page.all("href"))


async def test_a_page_of_whoever_chose_nothing_is_as_the_system_and_asks_for_nothing_more(
    tab: Tab,
) -> None:
    reply = await tab.get("/")
    assert attributes(reply) == {"data-theme": "system"}
    assert not is_dressed(parse(reply.content.decode()))
    assert "look" not in str(reply.cookies)


async def test_every_page_has_the_chosen_look_without_waiting_for_a_script(
    living: Living, tab: Tab
) -> None:
    reply = await tab.post("/settings/appearance/", **DARK)
    assert reply.status_code == 303
    run = await living.ended("Yes.")
    paths = ("/", f"/c/{run.conversation_id}/", "/search/", "/settings/", "/keys/", "/nothing/")
    for path in (*paths, "/readme/"):
        reply = await tab.get(path)
        page = parse(reply.content.decode())
        assert attributes(reply) == {
            "data-theme": "dark",
            "data-density": "compact",
            "data-text-size": "large",
        }
        assert is_dressed(page)
        scheme = page.one("name", "color-scheme")
        assert scheme.attributes["content"] == "dark"
        assert len(page.all("name", "theme-color")) == 1


async def test_a_browser_keeps_it_for_the_page_before_a_sign_in(living: Living, tab: Tab) -> None:
    await tab.post("/settings/appearance/", **DARK)
    await tab.get("/")
    await tab.post("/logout/")
    assert attributes(await tab.get("/login/")) == {
        "data-theme": "dark",
        "data-density": "compact",
        "data-text-size": "large",
    }
    assert attributes(await Tab().get("/login/")) == {"data-theme": "system"}
    await tab.sign_in(living.owner)
    await tab.post("/settings/appearance/", theme="")
    await tab.get("/")
    await tab.post("/logout/")
    assert attributes(await tab.get("/login/")) == {"data-theme": "system"}


async def test_it_holds_in_every_browser_of_the_person_and_for_nobody_else(
    living: Living, tab: Tab
) -> None:
    await tab.post("/settings/appearance/", **DARK)
    again, other = Tab(), Tab()
    await again.sign_in(living.owner)
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    assert attributes(await again.get("/"))["data-theme"] == "dark"
    assert attributes(await other.get("/")) == {"data-theme": "system"}


@pytest.mark.django_db
def test_pages_of_errors_have_it_and_ask_no_database(client: Client) -> None:
    request = RequestFactory().get("/", headers={"cookie": ""})
    request.COOKIES = {key_of_the_cookie(): "dark..large"}
    for reply in (refusals.server_error(request), refusals.csrf_failure(request)):
        assert attributes(reply) == {"data-theme": "dark", "data-text-size": "large"}
        assert "{{" not in reply.content.decode()
    for page in (refusals.bad_request, refusals.forbidden, refusals.not_found):
        request.user = User(pk=7)
        with mock.patch.object(choices, "of_page", side_effect=OperationalError):
            assert attributes(page(request, Exception()))["data-theme"] == "dark"
    user = User.objects.create_user("somebody")
    client.force_login(user)
    choices.choose(user.pk, theme="dark")
    client.cookies[key_of_the_cookie()] = "light.."
    with mock.patch.object(choices, "of_page", side_effect=OperationalError):
        assert attributes(client.get("/settings/"))["data-theme"] == "light"


@pytest.mark.django_db
def test_a_page_that_is_not_there_asks_only_who_asks(client: Client) -> None:
    """It is made in a thread whose connection would never be given back."""
    client.force_login(User.objects.create_user("somebody"))
    with CaptureQueriesContext(connection) as asked:
        assert client.post("/prompts/1000000/delete/").status_code == 404
    assert not [each for each in asked if "preferences" in each["sql"]]


def key_of_the_cookie() -> str:
    return str(settings.LOOK_COOKIE_NAME)


@pytest.mark.parametrize("said", ["", "pink.huge.<b>", "....", "dark;compact", "\0.\n.x"])
def test_what_else_a_cookie_says_counts_for_nothing(said: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES = {key_of_the_cookie(): said}
    assert look.from_cookie(request) == PageChoices()


async def test_a_choice_that_there_is_not_is_refused(living: Living, tab: Tab) -> None:
    reply = await tab.post("/settings/appearance/", theme="pink")
    assert reply.status_code == 400
    assert (await living.do(lambda: choices.of(living.owner.pk))).theme == ""


async def test_only_who_chose_another_key_or_whole_answers_loads_a_script_for_it(
    living: Living, tab: Tab
) -> None:
    scripts = ("ctrl_enter", "whole")
    page = await tab.page("/")
    named = " ".join(each.attributes["src"] for each in page.all("src"))
    assert [name for name in scripts if name in named] == []
    await tab.post("/settings/keyboard/", keyboard="on", sending_key="ctrl")
    await tab.post("/settings/answers/", answers="whole")
    page = await tab.page("/")
    named = " ".join(each.attributes["src"] for each in page.all("src"))
    assert [name for name in scripts if name in named] == list(scripts)
    assert page.all("data-theme")[0].attributes["data-answers"] == "whole"
    keys = (await tab.page("/keys/")).text()
    assert "Ctrl" in keys
    assert "Shift" not in keys


async def test_a_new_conversation_starts_with_the_chosen_model(living: Living, tab: Tab) -> None:
    await tab.post("/settings/new-model/", new_model="puppet/echoer")
    for _ in range(2):
        [selected] = (await tab.page("/")).one("id", "model").all("selected")
        assert selected.attributes["value"] == "puppet/echoer"
        await living.ended("Yes.")  # with another one
    await living.do(lambda: choices.choose(living.owner.pk, new_model="away/small"))
    [selected] = (await tab.page("/")).one("id", "model").all("selected")
    assert selected.attributes["value"] == "puppet/teller"
