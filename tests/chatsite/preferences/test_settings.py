"""The page of a person's own choices: each section saved for itself, with and without script."""

from __future__ import annotations

from django.contrib.auth.models import User

from conversations.preferences import choices
from conversations.preferences.models import Preferences
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab, place_of


async def chosen(living: Living) -> Preferences:
    return await living.do(lambda: choices.of(living.owner.pk))


async def test_the_sidebar_leads_to_the_page_and_the_page_to_the_password(tab: Tab) -> None:
    links = [link.attributes["href"] for link in (await tab.page()).all("href")]
    assert "/settings/" in links
    links = [link.attributes["href"] for link in (await tab.page("/settings/")).all("href")]
    assert "/password/change/" in links


async def test_whoever_has_not_chosen_has_keys_and_no_model_for_titles(tab: Tab) -> None:
    page = await tab.page("/settings/")
    assert "checked" in page.one("name", "keyboard").attributes
    offered = page.one("name", "title_model").all("value")
    assert [one.attributes["value"] for one in offered] == [
        "",
        "puppet/teller",
        "puppet/prefiller",
        "puppet/echoer",
    ]
    assert [one for one in offered if "selected" in one.attributes] == []


async def test_a_section_is_saved_by_its_form_and_leaves_the_others_alone(
    living: Living, tab: Tab
) -> None:
    reply = await tab.post("/settings/titles/", title_model="puppet/echoer")
    assert (reply.status_code, place_of(reply)) == (303, "/settings/")
    await tab.post("/settings/keyboard/")
    row = await chosen(living)
    assert (row.keyboard, row.title_model) == (False, "puppet/echoer")
    page = await tab.page(reply["Location"])
    assert "checked" not in page.one("name", "keyboard").attributes
    [selected] = page.one("name", "title_model").all("selected")
    assert selected.attributes["value"] == "puppet/echoer"
    assert page.one("id", "titles-told").text().strip() == "Saved."
    assert page.one("id", "keyboard-told").text().strip() == ""


async def test_htmx_gets_a_line_that_says_how_it_went(living: Living, tab: Tab) -> None:
    for _ in range(2):  # a request that comes again changes nothing more
        reply = await tab.post("/settings/keyboard/", htmx=True)
        told = parse(reply.content.decode()).one("id", "keyboard-told")
        assert (reply.status_code, told.text().strip()) == (200, "Saved.")
        assert not (await chosen(living)).keyboard
    assert await living.do(Preferences.objects.count) == 1


async def test_a_model_that_nobody_offers_is_refused_and_the_page_says_so(
    living: Living, tab: Tab
) -> None:
    for htmx in (False, True):
        reply = await tab.post("/settings/titles/", htmx=htmx, title_model="puppet/nobody")
        told = parse(reply.content.decode()).one("id", "titles-told")
        assert reply.status_code == 400
        assert "nobody" in told.one("class", "error").text()
    assert (await chosen(living)).title_model == ""


async def test_a_model_that_is_not_there_now_stays_chosen_on_the_page(
    living: Living, tab: Tab
) -> None:
    await living.do(lambda: choices.choose(living.owner.pk, title_model="away/small"))
    page = await tab.page("/settings/")
    [selected] = page.one("name", "title_model").all("selected")
    assert selected.attributes["value"] == "away/small"
    assert "not available now" in selected.text()


async def test_everybody_chooses_for_themselves(living: Living, tab: Tab) -> None:
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    await other.post("/settings/keyboard/")
    assert (await chosen(living)).keyboard
    assert "checked" in (await tab.page("/settings/")).one("name", "keyboard").attributes


async def test_there_are_no_other_sections_and_no_other_methods(tab: Tab) -> None:
    assert (await tab.post("/settings/nothing/")).status_code == 404
    assert (await tab.get("/settings/keyboard/")).status_code == 405
    assert (await tab.post("/settings/")).status_code == 405
