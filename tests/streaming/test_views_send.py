"""POST /send/: a prompt is taken once and whole, or refused with the text still in the box."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import AsyncClient

from conversations.models import Conversation, Message, Project
from streaming import lifecycle
from streaming.models import Generation
from tests.support.document import Element, parse
from tests.support.isolation.database import locked_database
from tests.support.living import TELLER, Living
from tests.support.tabs import Tab, place_of

MODEL = f"puppet/{TELLER}"
MOST = 262_144
PASSING = re.compile(
    r'<input [^>]*name="(?:csrfmiddlewaretoken|key)"[^>]*>|</input>|<noscript>.*?</noscript>'
    '| placeholder="[^"]*"| selected=""',
    re.DOTALL,
)
"""What differs in each rendering of a form, or is the browser's own or another script's."""


@pytest.fixture
def send(tab: Tab) -> Callable[..., Awaitable[HttpResponse]]:
    """Posts the form as a page does, some of it filled in otherwise."""

    async def post(prompt: str = "Hello", *, htmx: bool = False, **other: str) -> HttpResponse:
        fields = {"prompt": prompt, "model": MODEL, "conversation": ""} | other
        return await tab.post("/send/", htmx=htmx, **fields)

    return post


Send = Callable[..., Awaitable[HttpResponse]]


async def begins_here(
    tab: Tab, said: Mapping[str, str] = MappingProxyType({}), **other: str
) -> HttpResponse:
    """What the page of a new conversation posts that can show it itself."""
    fields = {"prompt": "Hello", "model": MODEL, "conversation": "", "key": str(uuid.uuid4())}
    headers = {"HX-Request": "true", "Chat-Begins": "here", **said}
    return await tab.request("post", "/send/", data=fields | other, headers=headers)


def shown(page: Element, part: str) -> str:
    """That part of a page, without what is passing."""
    html = PASSING.sub("", page.one("id", part).inner())
    return " ".join(html.split()).replace("> <", "><")


def page_of(reply: HttpResponse) -> Element:
    return parse(reply.content.decode())


def box(reply: HttpResponse) -> str:
    """What is in the message box of the page that came back."""
    text = page_of(reply).one("name", "prompt").text()
    assert text.startswith("\n")  # the first line break of a textarea is not part of its text
    return text[1:]


def complaint(reply: HttpResponse) -> str:
    return page_of(reply).one("id", "composer").text()


async def nothing_was_made(living: Living) -> bool:
    return await living.do(lambda: (Generation.objects.count(), Message.objects.count())) == (0, 0)


# It works


async def test_a_plain_form_leads_to_the_conversation(living: Living, tab: Tab, send: Send) -> None:
    reply = await send("What is a queue?")
    generation = await living.do(Generation.objects.get)
    assert reply.status_code == 303
    assert reply["Location"] == f"/c/{generation.conversation_id}/#message-{generation.message_id}"
    page = await tab.page(place_of(reply))
    assert "What is a queue?" in page.one("data-role", "user").text()
    assert page.one("data-role", "assistant").attributes["data-status"] == "running"


async def test_htmx_is_led_to_a_new_conversation(living: Living, send: Send) -> None:
    reply = await send(htmx=True)
    conversation = await living.do(Conversation.objects.get)
    assert (reply.status_code, reply["HX-Redirect"]) == (200, f"/c/{conversation.pk}/")


@pytest.mark.parametrize("way", [{}, {"temporary": "on"}], ids=["kept", "temporary"])
async def test_a_page_that_can_is_given_what_it_lacks_of_a_new_conversation(
    living: Living, tab: Tab, way: dict[str, str]
) -> None:
    page = await tab.page("/")
    reply = await begins_here(tab, {}, **way)
    conversation = await living.do(Conversation.objects.get)
    assert (reply.status_code, reply.get("HX-Redirect")) == (200, None)
    told = json.loads(reply["HX-Trigger"])["conversation-begun"]
    place = f"/c/{conversation.pk}/"
    assert told == {
        "address": place,
        "page": {
            "conversation": str(conversation.pk),
            "socket": f"/ws{place}",
            "standing": f"{place}standing/",
            "seen": "0",
            "seenAt": f"{place}seen/",
        },
    }
    page.swap(reply.content.decode())
    page.one("class", "welcome").replace_with()  # as the script does, together with what follows
    page.one("id", "begin-temporary").replace_with()
    named = page.one("id", "composer").one("name", "conversation")
    named.attributes["value"] = str(conversation.pk)
    assert shown(page, "main") == shown(await tab.page(place), "main")


async def test_a_page_that_lists_a_project_lists_it_also_under_its_new_address(
    living: Living, tab: Tab
) -> None:
    project = await living.do(lambda: Project.objects.create(owner=living.owner, name="Kites"))
    reply = await begins_here(tab, {"Chat-List": str(project.pk)}, project=str(project.pk))
    conversation = await living.do(Conversation.objects.get)
    said = json.loads(reply["HX-Trigger"])["conversation-begun"]
    assert said["address"] == f"/c/{conversation.pk}/?list={project.pk}"
    assert conversation.project_id == project.pk


async def test_r8_what_was_begun_here_and_has_ended_leads_to_its_page(
    living: Living, tab: Tab
) -> None:
    key = str(uuid.uuid4())
    await begins_here(tab, key=key)
    generation = await living.do(Generation.objects.get)
    await (await living.puppet.talk()).finish("stop")
    await living.until_ended(generation.pk)
    reply = await begins_here(tab, key=key)
    assert reply["HX-Redirect"] == f"/c/{generation.conversation_id}/"
    assert await living.do(Generation.objects.count) == 1


async def test_htmx_is_given_the_two_messages_of_an_open_conversation(
    living: Living, tab: Tab, send: Send
) -> None:
    generation = await living.ended("First.")
    page = (await tab.watch(generation.conversation_id)).page
    reply = await send("And then?", htmx=True, conversation=str(generation.conversation_id))
    assert reply.status_code == 200
    page.swap(reply.content.decode())
    assert [one.attributes["data-role"] for one in page.all("data-message")] == [
        "user",
        "assistant",
        "user",
        "assistant",
    ]
    assert page.one("data-controls").attributes["data-state"] == "running"
    assert page.all("data-action", "stop")


async def test_r8_the_same_form_twice_leads_to_the_same_answer(living: Living, send: Send) -> None:
    key = str(uuid.uuid4())
    replies = [await send(key=key) for _ in range(2)]
    replies += await asyncio.gather(*(send(key=key) for _ in range(3)))
    assert {(reply.status_code, reply["Location"]) for reply in replies} == {
        (303, replies[0]["Location"])
    }
    assert await living.do(Generation.objects.count) == 1


async def test_line_ends_are_made_one_and_white_space_is_kept(living: Living, send: Send) -> None:
    await send("  def f():\r\n\treturn 1\r\rEnd \n ")
    assert (await living.puppet.talk()).turns == [("user", "  def f():\n\treturn 1\n\nEnd \n ")]


@pytest.mark.parametrize("bad", ["%00", "%ED%A0%80", "%ED%B0%80", "%FF"])
async def test_what_cannot_be_stored_of_a_prompt_is_replaced(
    living: Living, tab: Tab, bad: str
) -> None:
    body = f"prompt=a{bad}b&model={MODEL}&conversation=&key={uuid.uuid4()}"
    kind = "application/x-www-form-urlencoded"
    reply = await tab.request("post", "/send/", data=body, content_type=kind)
    assert reply.status_code == 303
    asked = await living.do(lambda: Message.objects.get(role="user"))
    assert asked.text.replace("\ufffd", "") == "ab"
    assert "\ufffd" in asked.text


async def test_l1_a_prompt_of_the_most_bytes_is_taken(living: Living, send: Send) -> None:
    assert (await send("é" * (MOST // 2))).status_code == 303


async def test_r13_a_prompt_is_text_and_never_markup(living: Living, tab: Tab, send: Send) -> None:
    prompt = "</textarea><script>alert(1)</script> {{ 1 }} &amp;"
    reply = await send(prompt)
    page = await tab.page(place_of(reply))
    assert page.one("data-role", "user").text().strip().endswith(prompt)
    refused = await send(prompt, model="puppet/none")
    assert box(refused) == prompt
    assert b"<script>alert" not in refused.content


# It is refused


REFUSED = {
    "empty": ({"prompt": ""}, 400, ["Write something first."]),
    "blank": ({"prompt": " \n\t "}, 400, ["Write something first."]),
    "too long": ({"prompt": "é" * (MOST // 2) + "x"}, 400, ["262,145 bytes", "262,144"]),
    "unknown model": ({"model": "puppet/none"}, 400, ["Puppet has no model “none”"]),
    "unknown provider": ({"model": "nobody/none"}, 400, ["not connected"]),
    "no model": ({"model": ""}, 400, ["Choose one"]),
    "no key": ({"key": ""}, 400, ["Reload"]),
    "bad key": ({"key": "7"}, 400, ["Reload"]),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_r9_a_prompt_that_is_refused_is_still_in_the_box(
    living: Living, send: Send, case: str
) -> None:
    fields, status, sentences = REFUSED[case]
    reply = await send(**({"prompt": "Still here & <b>"} | fields))
    assert reply.status_code == status
    assert box(reply) == fields.get("prompt", "Still here & <b>")
    for sentence in sentences:
        assert sentence in complaint(reply)
    assert await nothing_was_made(living)


@pytest.mark.parametrize("case", REFUSED)
async def test_r9_htmx_is_told_the_reason_and_leaves_the_box_alone(
    living: Living, tab: Tab, send: Send, case: str
) -> None:
    page = await tab.page()
    fields, status, sentences = REFUSED[case]
    reply = await send(htmx=True, **({"prompt": "Still here"} | fields))
    assert reply.status_code == status
    before = page.one("name", "prompt").outer()
    page.swap(reply.content.decode())
    for sentence in sentences:
        assert sentence in page.one("id", "notice").text()
    assert page.one("name", "prompt").outer() == before
    assert await nothing_was_made(living)


async def test_the_model_that_was_asked_for_stays_chosen(living: Living, send: Send) -> None:
    reply = await send("", model="puppet/prefiller")
    chosen = page_of(reply).one("selected")
    assert chosen.attributes["value"] == "puppet/prefiller"


async def test_r9_without_any_provider_the_prompt_stays_and_the_reason_stands_there(
    living: Living, tab: Tab, send: Send, settings: Any
) -> None:
    await lifecycle.stop()
    settings.PROVIDERS = ()
    await lifecycle.ensure_started()
    reply = await send("Still here")
    assert (reply.status_code, box(reply)) == (400, "Still here")
    assert "No model is connected yet" in complaint(reply)
    assert await nothing_was_made(living)


@pytest.mark.parametrize("htmx", [False, True])
async def test_r10_while_an_answer_is_written_the_prompt_waits_in_line(
    living: Living, tab: Tab, send: Send, htmx: bool
) -> None:
    generation = await living.send()
    page = (await tab.watch(generation.conversation_id)).page
    reply = await send("And then?", htmx=htmx, conversation=str(generation.conversation_id))
    if htmx:
        page.swap(reply.content.decode())
    else:
        assert (reply.status_code, place_of(reply)) == (303, f"/c/{generation.conversation_id}/")
        page = await tab.page(place_of(reply))
    assert "And then?" in page.one("data-queued").text()
    assert await living.do(Generation.objects.count) == 1


@pytest.mark.parametrize("htmx", [False, True])
async def test_r9_a_closing_server_takes_no_prompt_and_loses_none(
    living: Living, send: Send, htmx: bool
) -> None:
    living.site.closing = True
    reply = await send("Still here", htmx=htmx)
    assert reply.status_code == 503  # a balancer asks another process
    assert "restarting" in reply.content.decode()
    assert htmx or box(reply) == "Still here"
    assert await nothing_was_made(living)


@pytest.mark.parametrize("htmx", [False, True])
async def test_e14_a_database_that_cannot_be_written_loses_no_prompt(
    impatient: None, living: Living, send: Send, htmx: bool
) -> None:
    with locked_database():
        reply = await send("Still here", htmx=htmx)
    assert reply.status_code == 503
    assert "The server cannot save right now. Your text is still here." in reply.content.decode()
    assert htmx or box(reply) == "Still here"
    assert await nothing_was_made(living)


async def test_l11_more_than_any_form_may_hold_is_413(living: Living, send: Send) -> None:
    reply = await send("x" * (1024 * 1024 + 1))
    assert reply.status_code == 413
    assert await nothing_was_made(living)


async def test_l11_a_form_of_the_most_fields_is_taken_and_one_more_is_400(
    living: Living, tab: Tab
) -> None:
    own = {"prompt": "Hello", "model": f"puppet/{TELLER}", "conversation": ""}
    fields: dict[str, Any] = own | {
        f"more{number}": "" for number in range(200 - len(own) - len(["key"]))
    }
    refused = await tab.post("/send/", **fields, one_more="")
    assert refused.status_code == 400
    assert await nothing_was_made(living)
    assert (await tab.post("/send/", **fields)).status_code == 303
    await (await living.puppet.talk()).finish()


# Who asks, and how


async def test_it_is_a_post(living: Living, tab: Tab) -> None:
    reply = await tab.get("/send/")
    assert (reply.status_code, reply["Allow"]) == (405, "POST")


async def test_a_signed_out_visitor_is_led_to_the_door(living: Living) -> None:
    reply = await Tab().post("/send/", prompt="Hello", model=MODEL)
    assert reply.status_code == 302
    assert place_of(reply) == "/login/"
    assert await nothing_was_made(living)


async def test_without_the_token_of_a_page_nothing_is_taken(living: Living, tab: Tab) -> None:
    strict = AsyncClient(enforce_csrf_checks=True)
    strict.cookies = tab.client.cookies
    reply = await strict.post("/send/", {"prompt": "Hello", "model": MODEL})
    assert reply.status_code == 403
    assert b"Go back, copy what you typed, reload the page and send it again" in reply.content
    assert await nothing_was_made(living)


async def test_r11_another_persons_conversation_is_as_little_there_as_none(
    living: Living, send: Send
) -> None:
    other = await living.do(lambda: User.objects.create_user("other"))
    theirs = await living.do(lambda: Conversation.objects.create(owner=other, title="Private"))
    replies = [
        await send(conversation=name) for name in (str(theirs.pk), str(uuid.uuid4()), "not an id")
    ]
    assert [reply.status_code for reply in replies] == [404] * 3
    assert len({reply.content for reply in replies}) == 1
    assert await nothing_was_made(living)
