"""The pages of the search, as a browser without script gets them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from conversations.models import Conversation, Message, SearchEntry
from tests.conversations.search.corpus import written
from tests.support.document import Element, parse
from tests.support.living import Living
from tests.support.rows import long_conversation
from tests.support.tabs import Tab


def marks(element: Element) -> list[str]:
    return [each.text() for each in element.walk() if each.tag == "mark"]


async def hits(tab: Tab, query: str) -> list[Element]:
    return (await tab.page(f"/search/?q={quote(query)}")).all("data-hit")


async def test_every_page_of_the_chat_has_the_box(living: Living, tab: Tab) -> None:
    generation = await living.ended("A slow drain.", prompt="What about the tap?")
    for path in ("/", f"/c/{generation.conversation_id}/", "/search/", "/search/?q=tap"):
        form = (await tab.page(path)).one("data-search")
        assert (form.attributes["action"], form.attributes["method"]) == ("/search/", "get")
        assert form.one("name", "q").attributes["type"] == "search"


async def test_prompts_and_answers_are_found_with_all_that_is_known_of_them(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering("What about the tap?")
    await answer.says("A slow drain under it.")
    generation = await answer.stops()
    [drain] = await hits(tab, "drain is:stopped")
    address = urlsplit(drain.attributes["href"])
    assert address.path == f"/c/{generation.conversation_id}/"
    assert address.query == f"q=drain&at={generation.message_id}"
    assert marks(drain) == ["drain"]
    assert {"What about the tap?", "teller", "stopped"} <= {
        part.strip() for each in drain.walk() for part in each.text().split("·")
    }
    title, prompt = await hits(tab, "tap")
    assert (marks(title), marks(prompt)) == (["tap"], ["tap"])
    assert "you" in prompt.text()


async def test_a_click_lands_on_the_word(living: Living, tab: Tab) -> None:
    generation = await living.ended("A *slow* drain.", prompt="What about the tap?")
    for query, word in (("drain", "drain"), ("what", "What"), ('"slow drain"', "slow")):
        found = await hits(tab, query)
        page = await tab.page(found[-1].attributes["href"].partition("#")[0])
        place = page.one("data-found")
        assert (place.tag, place.text(), place.attributes["id"]) == ("mark", word, "found")
    [title, _] = await hits(tab, "what")
    page = await tab.page(title.attributes["href"].partition("#")[0])
    assert marks(page.one("data-found")) == ["What"]
    assert page.one("id", f"message-{generation.message_id}")


async def test_a_word_that_is_not_shown_is_said_to_be_there(living: Living, tab: Tab) -> None:
    await living.ended("See [here](https://example.org/hidden).", prompt="Where?")
    [hit] = await hits(tab, "hidden")
    page = await tab.page(hit.attributes["href"].partition("#")[0])
    assert page.one("data-found").text().startswith("What you look for is in this message")


async def test_far_above_and_on_other_branches_the_word_is_in_view(
    living: Living, tab: Tab
) -> None:
    def furnish() -> tuple[Conversation, Message, Message]:
        thread = long_conversation(living.owner, 200)
        first, second, *_ = thread.messages.order_by("pk")
        far = Message.objects.get(pk=second.pk)
        far.text = "A needle"
        far.save()
        side = Message.objects.create(
            conversation=thread, parent=first, role="assistant", text="A sidetrack"
        )
        return thread, far, side

    thread, far, side = await living.do(furnish)
    for query, message in (("needle", far), ("sidetrack", side)):
        [hit] = await hits(tab, query)
        page = await tab.page(hit.attributes["href"].partition("#")[0])
        article = page.one("id", f"message-{message.pk}")
        assert article.one("data-found").text() == query
        assert len(page.all("data-message")) < 60
    form = page.one("data-action", "show-branch").parent
    assert form is not None
    key = form.one("name", "key").attributes["value"]
    assert (await tab.post(form.attributes["action"], key=key)).status_code == 303
    await living.do(thread.refresh_from_db)
    assert thread.leaf_id == side.pk


async def test_inside_a_conversation_hits_are_stepped_through(living: Living, tab: Tab) -> None:
    first, _, third, _ = await living.do(
        lambda: written(living.owner, "tap one", "none", "tap two", "none")
    )
    await living.do(lambda: written(living.owner, "tap elsewhere"))
    path = f"/c/{first.conversation_id}/"
    assert "hidden" in (await tab.page(path)).one("data-find-bar").attributes
    page = await tab.page(f"{path}?q=tap")
    assert page.one("data-found-count").text() == "2 of 2 messages"
    assert not page.all("data-action", "next-found")
    back = page.one("data-action", "previous-found").attributes["href"].partition("#")[0]
    assert back == f"{path}?q=tap&at={first.pk}"
    page = await tab.page(back)
    assert page.one("data-found-count").text() == "1 of 2 messages"
    following = page.one("data-action", "next-found").attributes["href"]
    assert following == f"{path}?q=tap&at={third.pk}#found"
    assert (await tab.page(f"{path}?q=nothing")).one("data-found-count").text() == "0 messages"
    assert (await tab.page(f"{path}?q=")).all("data-found-count") == []


async def test_a_wrong_place_in_a_conversation_is_not_found(living: Living, tab: Tab) -> None:
    (mine,) = await living.do(lambda: written(living.owner, "tap"))
    (other,) = await living.do(lambda: written(living.owner, "tap"))
    for place in (other.pk, 10**9, "x", "1" * 30):
        reply = await tab.get(f"/c/{mine.conversation_id}/?q=tap&at={place}")
        assert reply.status_code == 404


async def test_filters_are_links_that_add_and_take_out_a_word(living: Living, tab: Tab) -> None:
    await living.ended("```py\ntap()\n```", prompt="Code")
    page = await tab.page("/search/?q=tap+has%3Acode")
    assert len(page.all("data-hit")) == 1
    assert page.one("data-chip-on").attributes["href"] == "/search/?q=tap"
    chips = {each.text().strip(): each.attributes for each in page.walk() if each.tag == "a"}
    assert chips["stopped"]["href"] == "/search/?q=tap+has%3Acode+is%3Astopped"
    assert await hits(tab, "tap has:code is:stopped") == []


async def test_more_hits_are_another_page(living: Living, tab: Tab, settings: Any) -> None:
    settings.SEARCH_PAGE = 3
    await living.do(lambda: written(living.owner, *(f"tap {number}" for number in range(7))))
    path, seen = "/search/?q=tap", []
    while path:
        page = await tab.page(path)
        seen += [each.attributes["href"] for each in page.all("data-hit")]
        following = page.all("data-more-hits")
        path = following[0].attributes["href"] if following else ""
    assert len(seen) == len(set(seen)) == 7


async def test_what_finds_nothing_or_is_too_long_says_so(
    living: Living, tab: Tab, settings: Any
) -> None:
    await living.ended("A slow drain.")
    for query, sentence in (
        ("zebra", "Nothing of yours holds this."),
        ("zebra tap", "Nothing of yours holds all of these words."),
        ('"*-:', "Words find all words that begin with them"),
        ("\x00", "Words find all words that begin with them"),
    ):
        page = await tab.page(f"/search/?q={quote(query)}")
        assert page.all("data-hit") == []
        assert sentence in page.text()
    reply = await tab.get(f"/search/?q={'x' * 5000}")
    assert reply.status_code == 400
    assert "at most 500 characters; this one has 5,000" in parse(reply.content.decode()).text()


async def test_a_renamed_conversation_is_found_by_its_new_name(living: Living, tab: Tab) -> None:
    generation = await living.ended("Done.", prompt="Before")
    path = f"/c/{generation.conversation_id}/rename/"
    assert (await tab.post(path, title="Afterwards")).status_code == 303
    assert len(await hits(tab, "afterwards")) == 1
    key = f"title-{generation.conversation_id.hex}"
    row = await living.do(lambda: SearchEntry.objects.get(key=key))
    assert row.words == " afterwards "
