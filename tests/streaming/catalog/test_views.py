"""The pages on which administrators add, test, order and remove providers."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import User
from django.test import Client

from conversations.models import Conversation, Message
from streaming import actions
from streaming.catalog.model_menu import ModelChoice
from streaming.catalog.provider_store import key_of
from streaming.catalog.urls import urlpatterns
from streaming.cluster.bus import Topic
from streaming.db_threads import in_thread
from streaming.models import Generation, StoredProvider
from streaming.runs.refusals import Refused
from streaming.site import site
from tests.streaming.catalog.desk import (
    KEY,
    Desk,
    desk,
    said,
    signed_in,
)
from tests.support.document import parse
from tests.support.isolation.database import locked_database
from tests.support.living import hearing

__all__ = ["desk"]

PAGES = [
    str(pattern.pattern)
    .removeprefix("providers/")
    .replace("<str:slug>", "naga")
    .replace("<path:slug>", "naga")
    for pattern in urlpatterns
]
READ = {"", "add/", "naga/", "naga/use/", "naga/delete/"}
WRITTEN = set(PAGES) - {""}


def without_token(text: str) -> str:
    """A page without what is new on every page."""
    return re.sub(r"[A-Za-z0-9]{64}", "", text)


async def test_who_is_no_administrator_finds_nothing_there(desk: Desk) -> None:
    await desk.add()
    someone = await in_thread(signed_in)("someone")
    for client in (Client(), someone):
        nowhere = await desk.get("no/such/page/", client=client)
        assert nowhere.status_code == 404
        for path in PAGES:
            for reply in (
                await desk.get(path, client=client),
                await desk.post(path, desk.typed(name="Other"), client=client),
            ):
                assert reply.status_code == 404, path
                assert without_token(reply.content.decode()) == without_token(
                    nowhere.content.decode()
                )
    assert (await desk.row()).name == "Naga"
    assert list(desk.offered()) == ["Mine", "Naga"]


async def test_who_lost_the_right_finds_nothing_any_more(desk: Desk) -> None:
    await in_thread(User.objects.update)(is_staff=False)
    assert (await desk.get()).status_code == 404
    await in_thread(User.objects.update)(is_superuser=True)
    assert (await desk.get()).status_code == 200


async def test_the_foot_of_the_page_tells_the_version_that_runs(desk: Desk, settings: Any) -> None:
    [foot] = (await desk.page()).all("data-version")
    assert foot.text() == f"Chatsite {settings.VERSION}"


async def test_each_page_takes_its_own_methods_only(desk: Desk) -> None:
    for path in PAGES:
        await desk.add() if await in_thread(StoredProvider.objects.count)() == 0 else None
        assert ((await desk.get(path)).status_code == 405) == (path not in READ), path
        assert ((await desk.post(path)).status_code == 405) == (path not in WRITTEN), path


async def test_nothing_is_written_without_the_token_of_the_page(desk: Desk) -> None:
    await desk.add()
    strict = Client(enforce_csrf_checks=True)
    await in_thread(strict.force_login)(await in_thread(User.objects.get)(username="admin"))
    for path in WRITTEN:
        reply = await desk.post(path, desk.typed(name="Other"), client=strict)
        assert reply.status_code == 403, path
    assert (await desk.row()).name == "Naga"


async def test_an_added_provider_is_offered_at_once(desk: Desk) -> None:
    reply = await desk.post("add/", desk.typed())
    assert (reply.status_code, reply.headers["Location"]) == (303, "/providers/naga/?done=added")
    assert desk.offered() == {"Mine": ["own-model"], "Naga": ["alpha", "beta", "gamma"]}
    assert "Added. Test the connection" in (await desk.page("naga/?done=added")).text()


async def test_a_key_is_kept_sealed_and_sent_to_its_server(desk: Desk) -> None:
    await desk.add()
    row = await desk.row()
    assert KEY not in row.sealed_key
    assert await in_thread(key_of)(row) == KEY
    assert "Hello" in await desk.test("naga")
    assert f"Bearer {KEY}".encode() in desk.server.asked[-1].head


async def test_a_key_is_shown_by_its_end_only(desk: Desk) -> None:
    await desk.add()
    listed = (await desk.page()).one("id", "provider-naga").text()
    assert "Key ••••c9e4" in listed
    field = (await desk.page("naga/")).one("id", "key")
    assert "value" not in field.attributes
    assert field.attributes["placeholder"] == "••••c9e4"


BAD: list[tuple[dict[str, str], str]] = [
    ({"name": " "}, "Give it a name"),
    ({"name": "n" * 81}, "at most 80 characters"),
    ({"format": "telepathy"}, "Choose one of the list"),
    ({"base_url": ""}, "Enter the address"),
    ({"base_url": "api.example.com"}, "not a web address"),
    ({"base_url": "ftp://api.example.com"}, "not a web address"),
    ({"base_url": "https://me:pw@api.example.com"}, "may not hold a user"),
    ({"base_url": "https://api.example.com/?a=b"}, "may not hold a user"),
    ({"base_url": "https://api.example.com/" + "a" * 2048}, "not a web address"),
    ({"base_url": "https://api.example.com:22/v1"}, "Port 22"),
    ({"base_url": "http://127.0.0.1:9/v1"}, "Port 9"),
    ({"base_url": "http://127.0.0.1:1234/v1"}, "list 127.0.0.1:1234 in LOCAL_PROVIDERS"),
    ({"base_url": "http://localhost:1234/v1"}, "not in the public Internet"),
    ({"base_url": "http://2130706433:1234/v1"}, "not in the public Internet"),
    ({"base_url": "http://0x7f.1:1234/v1"}, "not in the public Internet"),
    ({"base_url": "http://[::1]:1234/v1"}, "list [::1]:1234 in LOCAL_PROVIDERS"),
    ({"base_url": "http://[::ffff:127.0.0.1]:1234/v1"}, "not in the public Internet"),
    ({"base_url": "http://[64:ff9b::7f00:1]/v1"}, "not in the public Internet"),
    ({"base_url": "http://169.254.169.254/latest"}, "not in the public Internet"),
    ({"key": f"{KEY} {KEY}"}, "no key has"),
    ({"key": "k" * 4097}, "at most 4096 characters"),
    ({"resume": "somehow"}, "Choose one of the list"),
]


async def test_bad_input_is_named_and_what_was_typed_stays(desk: Desk) -> None:
    for fields, complaint in BAD:
        typed = desk.typed(**fields)
        reply = await desk.post("add/", typed)
        page = parse(reply.content.decode())
        assert (reply.status_code, complaint in said(page)) == (400, True), (fields, said(page))
        assert page.one("id", "name").attributes["value"] == typed["name"]
        assert page.one("id", "base_url").attributes["value"] == typed["base_url"]
        assert "value" not in page.one("id", "key").attributes
        assert "key" in said(page)
    assert await in_thread(StoredProvider.objects.count)() == 0


async def test_a_change_keeps_the_key_unless_another_is_typed(desk: Desk) -> None:
    await desk.add()
    typed = desk.typed(name="Renamed", key="", resume="instruct")
    assert (await desk.post("naga/", typed)).status_code == 303
    row = await desk.row()
    assert (row.name, row.resume, await in_thread(key_of)(row)) == ("Renamed", "instruct", KEY)
    assert list(desk.offered()) == ["Mine", "Renamed"]
    await desk.post("naga/", desk.typed(key="another-key-entirely"))
    assert await in_thread(key_of)(await desk.row()) == "another-key-entirely"


async def test_another_address_asks_for_the_key_again(desk: Desk) -> None:
    await desk.add()
    before = await desk.row()
    elsewhere = "https://elsewhere.example/v1"
    reply = await desk.post("naga/", desk.typed(base_url=elsewhere, key=""))
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    assert "Enter the key again" in said(page)
    assert page.one("id", "base_url").attributes["value"] == elsewhere
    after = await desk.row()
    assert (after.base_url, after.sealed_key) == (before.base_url, before.sealed_key)
    await desk.post("naga/", desk.typed(base_url=elsewhere, key="the-other-ones-key"))
    assert await in_thread(key_of)(await desk.row()) == "the-other-ones-key"


async def test_a_key_can_be_forgotten(desk: Desk) -> None:
    await desk.add()
    typed = desk.typed(base_url=f"{desk.server.url}/", key="", forget_key="on")
    assert (await desk.post("naga/", typed)).status_code == 303
    assert (await desk.row()).sealed_key == ""
    await desk.test("naga")
    assert b"authorization" not in desk.server.asked[-1].head.lower()
    assert "No key" in (await desk.page()).one("id", "provider-naga").text()


async def test_a_key_that_does_not_open_is_asked_for_again(desk: Desk, settings: Any) -> None:
    await desk.add()
    settings.FIELD_KEYS = (Fernet.generate_key().decode(),)
    await in_thread(StoredProvider.objects.update)(model_ids=["alpha"])
    assert "Enter the key again" in (await desk.page()).one("id", "provider-naga").text()
    assert "enter the key again" in await desk.test("naga")
    assert desk.server.asked == []
    reply = await desk.post("naga/", desk.typed(key=""))
    assert "Enter the key again" in said(parse(reply.content.decode()))
    await desk.post("naga/", desk.typed())
    assert "Hello" in await desk.test("naga")


async def ended_answer(desk: Desk) -> Message:
    """An answer of Naga's that can be resumed."""

    def make() -> Message:
        owner = User.objects.get(username="admin")
        conversation = Conversation.objects.create(owner=owner, title="Talk")
        asked = Message.objects.create(conversation=conversation, role="user", text="Hello")
        answer = Message.objects.create(
            conversation=conversation, parent=asked, role="assistant", text="So far"
        )
        Conversation.objects.filter(pk=conversation.pk).update(leaf=answer)
        Generation.objects.create(
            conversation=conversation,
            message=answer,
            requested_by=owner,
            request_key=uuid.uuid4(),
            provider="naga",
            model="alpha",
            status="cancelled",
            end_offset=6,
        )
        return Message.objects.select_related("conversation__owner").get(pk=answer.pk)

    return await in_thread(make)()


@pytest.mark.parametrize(("path", "fields"), [("delete/", {}), ("switch/", {"enabled": "off"})])
async def test_an_old_answer_of_a_provider_that_went_away_says_so(
    desk: Desk, path: str, fields: dict[str, str]
) -> None:
    await desk.add()
    answer = await ended_answer(desk)
    assert (await desk.post(f"naga/{path}", fields)).status_code == 303
    reply = await in_thread(desk.client.post)(f"/m/{answer.pk}/resume/", {"key": str(uuid.uuid4())})
    assert reply.status_code == 409
    assert "not connected any more" in reply.content.decode()
    with pytest.raises(Refused, match="not connected any more"):
        await in_thread(actions.resume)(answer.conversation.owner, uuid.uuid4(), answer)


async def test_a_provider_that_goes_while_an_answer_begins_leaves_no_run_behind(desk: Desk) -> None:
    await desk.add()
    owner = await in_thread(User.objects.get)(username="admin")
    here = site()
    launch = here.runner.launch_soon

    def too_late(job: Any) -> None:
        here.providers._now = {}
        launch(job)

    here.runner.launch_soon = too_late  # type: ignore[method-assign]
    generation = await in_thread(actions.send)(
        owner, uuid.uuid4(), None, "Hi", ModelChoice("naga", "alpha")
    )
    with hearing(here.bus, Topic.CLOSED.of(generation.pk)) as closed:
        while (
            found := await in_thread(Generation.objects.get)(pk=generation.pk)
        ).status == "running":
            await closed.wait()
    assert (found.status, found.error_code) == ("failed", "provider_removed")
    assert "not connected any more" in found.error_message


async def test_a_deleted_provider_is_gone_with_its_key(desk: Desk) -> None:
    await desk.add()
    assert "Delete this provider?" in (await desk.page("naga/delete/")).text()
    assert (await desk.post("naga/delete/")).headers["Location"] == "/providers/?done=deleted"
    assert await in_thread(StoredProvider.objects.count)() == 0
    assert list(desk.offered()) == ["Mine"]
    assert (await desk.get("naga/")).status_code == 404


async def test_what_another_process_changes_is_taken_up_here(desk: Desk, settings: Any) -> None:
    settings.PROVIDERS_EVERY_SECONDS = 0.05
    row = {"slug": "theirs", "name": "Theirs", "format": "chat", "base_url": desk.server.url}
    await in_thread(StoredProvider.objects.create)(**row)
    await desk.server.place.done.get()  # it was asked for its models
    assert "theirs" in site().providers


async def test_only_administrators_see_the_way_there(desk: Desk) -> None:
    visitor = await in_thread(signed_in)("visitor")
    for client, there in ((desk.client, True), (visitor, False)):
        page = await in_thread(client.get)("/")
        assert ('href="/providers/"' in page.content.decode()) == there


async def test_a_database_that_cannot_save_says_so_and_keeps_what_was_typed(desk: Desk) -> None:
    with locked_database():
        reply = await desk.post("add/", desk.typed())
    assert reply.status_code == 503
    page = parse(reply.content.decode())
    assert "cannot save right now" in page.text()
    assert page.one("id", "name").attributes["value"] == "Naga"


async def test_a_gateways_models_are_typed_with_their_service(desk: Desk) -> None:
    await desk.add(format="gateway")
    hint = (await desk.page("naga/")).one("id", "typed-hint").text()
    assert "service/model, such as google-gemini/gemini-2.0-flash" in hint
    reply = await desk.post("naga/models/", {"typed": "google/gemini\ngemini"})
    assert reply.status_code == 400
    assert "“gemini” lacks its service. Write service/model" in said(parse(reply.content.decode()))
    assert (await desk.row()).model_ids == []
    await desk.post("naga/models/", {"typed": "google/gemini"})
    assert desk.offered()["Naga"] == ["google/gemini"]


async def test_the_form_says_where_a_gateway_begins(desk: Desk) -> None:
    form = await desk.page("add/")
    assert "with or without /api/v1" in form.one("id", "base_url-hint").text()
    assert "service/model" in form.one("id", "format-hint").text()
