"""A page that shows another conversation in its place gets the main part of that one's page."""

from __future__ import annotations

from django.http import HttpResponse

from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.tabs import Tab

SWITCHES = {"Chat-Switch": "here", "HX-Request": "true"}


async def switched(tab: Tab, path: str) -> HttpResponse:
    return await tab.request("get", path, headers=SWITCHES)


def main_of(page: Element) -> Element:
    """Without the keys of its forms, which differ each time."""
    for field in page.all("name", "key") + page.all("name", "csrfmiddlewaretoken"):
        field.attributes["value"] = ""
    return page.one("id", "main")


async def test_it_is_the_main_part_and_the_title_of_the_page_and_nothing_else(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("A line of people.", prompt="What is a queue?")
    for path in ("/", f"/c/{generation.conversation_id}/"):
        reply = await switched(tab, path)
        part, page = parse(reply.content.decode()), await tab.page(path)
        assert main_of(part).outer() == main_of(page).outer()
        titles = [
            [each.text() for each in one.walk() if each.tag == "title"] for one in (part, page)
        ]
        assert titles[0][0] == titles[1][0]
        assert part.all("data-list") == part.all("data-live") == []
        assert page.all("data-list") != []


async def test_it_names_the_files_that_the_page_needs_for_it(living: Living, tab: Tab) -> None:
    reply, page = await switched(tab, "/"), await tab.page("/")
    loaded = {each.attributes.get(name) for each in page.walk() for name in ("src", "href")}
    assert reply.headers["Chat-Files"].split()
    assert set(reply.headers["Chat-Files"].split()) <= loaded
    assert "Chat-Files" not in (await tab.get("/")).headers


async def test_who_is_signed_out_gets_nothing_of_it(living: Living, tab: Tab) -> None:
    generation = await living.ended("A line of people.")
    await tab.post("/logout/")
    reply = await switched(tab, f"/c/{generation.conversation_id}/")
    assert reply.status_code == 401
    assert b"line of people" not in reply.content


async def test_only_a_page_that_cannot_do_so_has_the_browser_ask_for_the_next_one(
    living: Living, tab: Tab
) -> None:
    generation = await living.ended("A line of people.")
    here = f"/c/{generation.conversation_id}/"
    headers = [(await tab.get(path)).headers for path in (here, f"{here}?whole", "/search/?q=line")]
    assert ["Speculation-Rules" in each for each in headers] == [False, True, True]
