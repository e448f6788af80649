"""The JSON API: every reply has the shape that the document says, every refusal is a problem."""

from __future__ import annotations

import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import URLPattern

from conversations.models import Conversation, Message
from streaming.api import openapi, urls
from streaming.api.problems import CONTENT_TYPE
from streaming.models import Generation
from tests.streaming.api.reading import token_of
from tests.streaming.api.shaping import expects, operation
from tests.support import rows
from tests.support.living import PREFILLER, Living, living, owner
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]

BASE = "/api/v1/"


@dataclass
class Program:
    """Asks with a token, and checks each reply against the document."""

    living: Living
    token: str

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        said = {"Authorization": f"Bearer {self.token}"} | headers
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        reply = await Tab().request(method, BASE + path, headers=said, **more)
        told = operation(BASE + path, method)["responses"][str(reply.status_code)]
        [(kind, shape)] = told["content"].items()
        assert reply.headers["Content-Type"] == kind
        expects(json.loads(reply.content), shape["schema"])
        return reply

    async def get(self, path: str) -> Any:
        reply = await self.ask("get", path)
        assert reply.status_code == 200
        return json.loads(reply.content)

    async def post(self, path: str, **said: Any) -> Any:
        return await self.ask("post", path, said)


@pytest.fixture
async def program(living: Living) -> Program:
    return Program(living, await token_of(living, scope="write"))


def test_the_document_tells_every_address_and_no_other() -> None:
    spelled: dict[str, str] = {"<uuid:pk>": "{conversation}", "<int:pk>": "{message}"}
    there = set()
    for each in urls.urlpatterns:
        assert isinstance(each, URLPattern)
        there.add("/" + re.sub("<.*?>", lambda found: spelled[str(found[0])], str(each.pattern)))
    assert there == set(openapi.document()["paths"])


async def test_each_address_takes_the_methods_that_the_document_says(program: Program) -> None:
    run = await program.living.ended("Here")
    places = {"{conversation}": str(run.conversation_id), "{message}": str(run.message_id)}
    for path, methods in openapi.document()["paths"].items():
        for name, value in places.items():
            path = path.replace(name, value)
        headers = {"Authorization": f"Bearer {program.token}"}
        refused = await Tab().request("delete", path, headers=headers)
        assert (refused.status_code, refused.headers["Content-Type"]) == (405, CONTENT_TYPE)
        assert sorted(refused.headers["Allow"].lower().split(", ")) == sorted(methods)


async def test_the_document_is_open_to_everybody_and_whole(living: Living) -> None:
    reply = await Tab().get(f"{BASE}openapi.json")
    told = json.loads(reply.content)
    assert told["openapi"] == "3.1.0"
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(told)))
    assert named <= set(told["components"]["schemas"])


async def test_the_list_comes_in_stretches(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streaming.api.views.AT_ONCE", 2)
    make, mine = Conversation.objects.create, program.living.owner
    own = await program.living.do(
        lambda: [make(owner=mine, title=f"{number}") for number in range(5)]
    )
    other = await program.living.do(lambda: User.objects.create_user("other"))
    await program.living.do(lambda: make(owner=other, title="not mine"))
    await program.living.do(lambda: make(owner=program.living.owner, title="away", archived=True))
    found, after = [], ""
    while True:
        stretch = await program.get(f"conversations/?after={after}")
        found += [each["title"] for each in stretch["conversations"]]
        if not (after := stretch["next"]):
            break
    assert found == [each.title for each in reversed(own)]
    [away] = (await program.get("conversations/?archived=true"))["conversations"]
    assert away["title"] == "away"
    assert (await program.ask("get", "conversations/?after=x")).status_code == 400


async def test_a_conversation_is_begun_read_and_continued(program: Program) -> None:
    begun = await program.post("conversations/", prompt="Tell me", model="puppet/teller")
    assert begun.status_code == 201
    answer = json.loads(begun.content)
    talk = await program.living.puppet.talk()
    await talk.say("A word")
    await program.living.until_kept(int(answer["cursor"].split(".")[0]), "A word")
    now = await program.get(f"messages/{answer['id']}/")
    assert (now["text"], now["status"]) == ("A word", "running")
    assert begun.headers["Location"].endswith(f"/m/{answer['id']}/stream/")
    queued = await program.post(f"conversations/{answer['conversation']}/", prompt="And then?")
    assert queued.status_code == 202
    assert json.loads(queued.content)["queued"]["text"] == "And then?"
    stopped = await program.post(f"messages/{answer['id']}/stop/")
    assert json.loads(stopped.content)["status"] == "cancelled"
    thread = await program.get(f"conversations/{answer['conversation']}/")
    assert [each["text"] for each in thread["messages"]] == ["Tell me", "A word"]
    again = await program.post(f"messages/{answer['id']}/stop/")
    assert json.loads(again.content)["status"] == "cancelled"


async def test_the_parts_of_an_answer_are_told_in_their_order(program: Program) -> None:
    answer = await program.living.do(lambda: rows.answer_in_parts(program.living.owner))
    picture = {"file": str(uuid.uuid4()), "name": "a.png", "media_type": "image/png"}
    answer.parts.insert(2, answer.parts[2] | {"kind": "picture", "picture": picture})
    await program.living.do(answer.save)
    told = await program.get(f"messages/{answer.pk}/")
    assert [(each["kind"], each.get("text")) for each in told["parts"]] == [
        ("reasoning", rows.THOUGHTS[0]),
        ("text", rows.TEXTS[0]),
        ("picture", None),
        ("tool_call", None),
        ("reasoning", rows.THOUGHTS[1]),
        ("text", rows.TEXTS[1]),
    ]
    assert told["parts"][2]["picture"]["url"] == f"/f/{picture['file']}/"
    assert told["tool_calls"][told["parts"][3]["call"]]["result"] == rows.RESULT


async def test_an_answer_is_resumed(program: Program) -> None:
    answer = await program.living.answering("Tell me", model=PREFILLER)
    await answer.says("A line of ")
    run = await answer.stops()
    resumed = await program.post(f"messages/{run.message_id}/resume/")
    assert json.loads(resumed.content)["status"] == "running"
    talk = await program.living.puppet.talk()
    await talk.say("people")
    await talk.finish()
    last = await program.living.do(lambda: Generation.objects.latest("pk"))
    await program.living.until_ended(last.pk)
    assert (await program.get(f"messages/{run.message_id}/"))["text"] == "A line of people"
    refused = await program.post(f"messages/{run.message_id}/resume/")
    assert (refused.status_code, refused.headers["Content-Type"]) == (409, CONTENT_TYPE)


async def test_a_request_with_a_key_is_done_once(program: Program) -> None:
    said = {"prompt": "Once", "model": "puppet/teller"}
    key = str(uuid.uuid4())
    replies = [
        await program.ask("post", "conversations/", said, **{"Idempotency-Key": key})
        for _ in range(2)
    ]
    first, second = [json.loads(reply.content) for reply in replies]
    assert first["id"] == second["id"]
    assert await program.living.do(Conversation.objects.count) == 1
    refused = await program.ask("post", "conversations/", said, **{"Idempotency-Key": "x"})
    assert refused.status_code == 400


async def test_an_older_stretch_of_a_thread_is_found_by_before(program: Program) -> None:
    run = await program.living.ended("Here")
    thread = await program.get(f"conversations/{run.conversation_id}/?before={run.message_id}")
    assert [each["role"] for each in thread["messages"]] == ["user"]
    other = await program.living.ended("Elsewhere")
    for before, status in ((other.message_id, 404), (10**9, 404), ("x", 400)):
        path = f"conversations/{run.conversation_id}/?before={before}"
        assert (await program.ask("get", path)).status_code == status


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"prompt": 5}', "{}", '{"prompt": "Hi", "model": "x/y"}']
)
async def test_what_cannot_be_understood_is_said(program: Program, body: str) -> None:
    reply = await program.ask("post", "conversations/", body)
    assert reply.status_code == 400
    assert json.loads(reply.content)["detail"]
    assert await program.living.do(Message.objects.count) == 0


async def test_the_limits_are_those_of_the_page(program: Program, settings: Any) -> None:
    settings.SENDS_A_MINUTE = 1
    await program.post("conversations/", prompt="One", model="puppet/teller")
    refused = await program.post("conversations/", prompt="Two", model="puppet/teller")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0


async def test_one_that_only_reads_begins_and_stops_nothing(living: Living) -> None:
    program = Program(living, await token_of(living))
    answer = await living.answering()
    message = (await living.run(answer.pk)).message_id
    for path in ("conversations/", f"messages/{message}/stop/", f"messages/{message}/resume/"):
        assert (await program.post(path, prompt="Hi", model="puppet/teller")).status_code == 403
    assert (await living.run(answer.pk)).status == "running"
    await answer.stops()


async def test_r11_it_finds_ones_own_alone(living: Living) -> None:
    run = await living.ended("Mine")
    other = await living.do(lambda: User.objects.create_user("other"))
    program = Program(living, await token_of(living, other, scope="write"))
    for method, path in (
        ("get", f"conversations/{run.conversation_id}/"),
        ("post", f"conversations/{run.conversation_id}/"),
        ("get", f"messages/{run.message_id}/"),
        ("post", f"messages/{run.message_id}/stop/"),
        ("post", f"messages/{run.message_id}/resume/"),
    ):
        assert (await program.ask(method, path)).status_code == 404
    assert (await program.get("conversations/"))["conversations"] == []


async def test_an_unknown_address_below_it_is_refused_in_the_same_way(program: Program) -> None:
    reply = await Tab().get(f"{BASE}nothing/")
    assert (reply.status_code, reply.headers["Content-Type"]) == (404, CONTENT_TYPE)
