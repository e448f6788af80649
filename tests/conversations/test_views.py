"""Pages of conversations: open, rename, delete; each with and without script."""

from __future__ import annotations

import uuid

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from tests.support.document import Element, parse
from tests.support.isolation.database import locked_database
from tests.support.living import Living
from tests.support.rows import running
from tests.support.tabs import Tab, place_of

PAGES = ("", "rename/", "delete/")


async def other_persons(living: Living) -> Conversation:
    other = await living.do(lambda: User.objects.create_user("other"))
    generation = await living.do(lambda: running(other, living.site.lease.worker_id))
    return generation.conversation


# Opening


async def test_a_new_page_is_empty_and_offers_every_model(living: Living, tab: Tab) -> None:
    page = await tab.page("/")
    assert page.one("data-conversation").attributes["data-conversation"] == ""
    assert page.all("data-message") == []
    form = page.one("data-compose")
    assert form.attributes["action"] == "/send/"
    offered = [one.attributes["value"] for one in form.one("name", "model").all("value")]
    assert offered == ["puppet/teller", "puppet/prefiller", "puppet/echoer"]
    assert uuid.UUID(form.one("name", "key").attributes["value"])


async def test_a_conversation_shows_its_thread_and_its_handles(living: Living, tab: Tab) -> None:
    generation = await living.ended("A *line* of people.", prompt="What is a queue?")
    page = await tab.page(f"/c/{generation.conversation_id}/")
    main = page.one("data-conversation")
    assert main.attributes["data-conversation"] == str(generation.conversation_id)
    asked, answer = page.all("data-message")
    assert (asked.attributes["data-role"], asked.attributes["data-status"]) == (
        "user",
        "finished",
    )
    assert "What is a queue?" in asked.text()
    assert answer.attributes["data-status"] == "finished"
    assert answer.attributes["data-generation"] == str(generation.pk)
    assert answer.one("data-answer").text().strip() == "A line of people."
    assert page.one("data-connection").attributes.get("hidden") is not None
    [row] = page.all("data-conversation-link")
    assert row.attributes["href"] == f"/c/{generation.conversation_id}/"
    assert page.one("name", "conversation").attributes["value"] == str(generation.conversation_id)


async def test_a_running_answer_shows_all_text_so_far_and_a_way_to_stop(
    living: Living, tab: Tab
) -> None:
    answer = await living.answering()
    await answer.says("So far ", "so good")
    generation = await living.run(answer.pk)
    page = await tab.page(f"/c/{generation.conversation_id}/")
    article = page.one("data-role", "assistant")
    assert article.attributes["data-status"] == "running"
    assert article.attributes["data-cursor"] == "2"
    assert article.one("data-answer").text().strip() == "So far so good"
    stop = page.one("data-action", "stop")
    assert stop.attributes["formaction"] == f"/g/{generation.pk}/stop/"
    assert "still being written" in "".join(
        one.text() for one in page.walk() if one.tag == "noscript"
    )


async def test_every_page_has_another_key(living: Living, tab: Tab) -> None:
    keys = {(await tab.page("/")).one("name", "key").attributes["value"] for _ in range(3)}
    assert len(keys) == 3


# Renaming


async def test_a_title_is_asked_for_and_changed(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    form = await tab.page(f"/c/{generation.conversation_id}/rename/")
    assert form.one("name", "title").attributes["value"] == "Hello"
    reply = await tab.post(f"/c/{generation.conversation_id}/rename/", title="  A <better> one ")
    assert (reply.status_code, place_of(reply)) == (303, f"/c/{generation.conversation_id}/")
    page = await tab.page(place_of(reply))
    assert "A <better> one" in page.one("data-conversation-link").text()
    assert b"<better>" not in (await tab.get("/")).content


async def test_htmx_is_given_the_row_and_the_heading(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    here = f"/c/{generation.conversation_id}/"
    page = await tab.page(here)
    reply = await tab.request(
        "post",
        f"{here}rename/",
        data={"title": "Better"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"},
    )
    assert reply.status_code == 200
    page.swap(reply.content.decode())
    assert "Better" in page.one("data-conversation-link").text()
    assert "Better" in page.one("data-heading").text()


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("", "A conversation needs a title."),
        ("   ", "A conversation needs a title."),
        ("x" * 201, "A title has at most 200 characters; this one has 201."),
        ("a\0b", "Null characters are not allowed."),
    ],
)
async def test_l14_a_title_that_does_not_fit_is_refused_and_stays_in_the_field(
    living: Living, tab: Tab, title: str, sentence: str
) -> None:
    generation = await living.ended("Yes.")
    reply = await tab.post(f"/c/{generation.conversation_id}/rename/", title=title)
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    assert sentence in page.text()
    if title.strip():
        assert page.one("name", "title").attributes["value"].replace("\ufffd", "\0") == title
    kept = await living.do(Conversation.objects.get)
    assert kept.title == "Hello"


async def test_l14_a_title_of_the_most_characters_is_taken(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    reply = await tab.post(f"/c/{generation.conversation_id}/rename/", title="ü" * 200)
    assert reply.status_code == 303
    assert (await living.do(Conversation.objects.get)).title == "ü" * 200


# Deleting


async def test_the_page_before_a_deletion_asks(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    page = await tab.page(f"/c/{generation.conversation_id}/delete/")
    assert "Delete this conversation?" in page.text()
    assert await living.do(Conversation.objects.count) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_deleting_leads_to_a_new_page(living: Living, tab: Tab, htmx: bool) -> None:
    generation = await living.ended("Yes.")
    reply = await tab.post(f"/c/{generation.conversation_id}/delete/", htmx=htmx)
    if htmx:
        assert (reply.status_code, reply["HX-Redirect"].partition("?")[0]) == (200, "/")
    else:
        assert (reply.status_code, place_of(reply)) == (303, "/")
    assert await living.do(Conversation.objects.count) == 0
    assert (await tab.get(f"/c/{generation.conversation_id}/")).status_code == 404


async def test_deleting_while_an_answer_is_written_stops_it(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    await answer.says("So far")
    generation = await living.run(answer.pk)
    await tab.post(f"/c/{generation.conversation_id}/delete/")
    await answer.talk.hung_up()


@pytest.mark.parametrize("page", ["rename/", "delete/"])
@pytest.mark.parametrize("htmx", [False, True])
async def test_e14_a_database_that_cannot_be_written_is_told(
    impatient: None, living: Living, tab: Tab, page: str, htmx: bool
) -> None:
    generation = await living.ended("Yes.")
    with locked_database():
        reply = await tab.post(f"/c/{generation.conversation_id}/{page}", htmx=htmx, title="Better")
    assert reply.status_code == 503
    assert "The server cannot save right now." in reply.content.decode()
    kept = await living.do(Conversation.objects.get)
    assert kept.title == "Hello"


# Who asks, and how


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", "GET"), ("", "GET"), ("rename/", "GET, POST"), ("delete/", "GET, POST")],
)
async def test_other_methods_are_refused(living: Living, tab: Tab, path: str, allowed: str) -> None:
    generation = await living.ended("Yes.")
    where = path if path == "/" else f"/c/{generation.conversation_id}/{path}"
    for method in ("put", "delete", "patch"):
        reply = await tab.request(method, where)
        assert (reply.status_code, reply["Allow"]) == (405, allowed)
    assert await living.do(Conversation.objects.count) == 1


async def test_a_signed_out_visitor_is_led_to_the_door_and_back(living: Living) -> None:
    generation = await living.ended("Yes.")
    stranger = Tab()
    for page in PAGES:
        path = f"/c/{generation.conversation_id}/{page}"
        reply = await stranger.get(path)
        assert reply.status_code == 302
        assert reply["Location"] == f"/login/?next={path}"
    assert b"Sign in" in (await stranger.get("/login/")).content


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", PAGES)
async def test_r11_another_persons_conversation_is_as_little_there_as_none(
    living: Living, tab: Tab, page: str, method: str
) -> None:
    theirs = await other_persons(living)
    if page == "" and method == "post":
        return
    replies = [await tab.request(method, f"/c/{pk}/{page}") for pk in (theirs.pk, uuid.uuid4())]
    assert [reply.status_code for reply in replies] == [404, 404]
    assert replies[0].content == replies[1].content
    assert await living.do(Conversation.objects.count) == 1


async def test_signing_out_leads_to_the_door(living: Living, tab: Tab) -> None:
    reply = await tab.post("/logout/")
    assert (reply.status_code, place_of(reply)) == (302, "/login/")
    assert place_of(await tab.get("/")) == "/login/"


def links(page: Element) -> list[str]:
    return [one.attributes["href"] for one in page.all("data-conversation-link")]


async def test_the_sidebar_lists_the_newest_first(living: Living, tab: Tab) -> None:
    first = await living.ended("One.")
    second = await living.ended("Two.")
    assert links(await tab.page("/")) == [
        f"/c/{second.conversation_id}/",
        f"/c/{first.conversation_id}/",
    ]
    await living.ended("More.", conversation=first.conversation)
    assert links(await tab.page("/")) == [
        f"/c/{first.conversation_id}/",
        f"/c/{second.conversation_id}/",
    ]
