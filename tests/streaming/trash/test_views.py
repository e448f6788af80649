"""The pages of the trash and the forms that lead there: with and without script, once and again."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.utils import timezone

from conversations.models import Conversation, Deletion, Message
from conversations.trash import copies
from streaming.models import Generation
from tests.support.document import parse
from tests.support.isolation.database import is_postgresql
from tests.support.living import Living
from tests.support.rows import long_conversation
from tests.support.tabs import Tab, place_of

TITLE = "A title <b>"


async def in_trash(living: Living, tab: Tab, title: str = TITLE) -> Deletion:
    generation = await living.ended("Yes.")
    pk = generation.conversation_id
    await tab.post(f"/c/{pk}/rename/", title=title)
    await tab.post(f"/c/{pk}/delete/")
    return await living.do(latest)


def latest() -> Deletion:
    return Deletion.objects.latest("pk")


def text(reply: HttpResponse) -> str:
    return " ".join(parse(reply.content.decode()).text().split())


async def test_the_page_tells_what_is_there_and_when_it_goes(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.TRASH_DAYS = 7
    deletion = await in_trash(living, tab)
    page = await tab.get("/trash/")
    goes = deletion.made_at + timedelta(days=7)
    assert f"{TITLE} Conversation, 2 messages." in text(page)
    assert f"Goes for good {goes.day} {goes:%B %Y, %H:%M} UTC." in text(page)
    assert "stays here for 7 days" in text(page)


async def test_the_page_has_a_part_of_many_and_a_way_to_the_rest(living: Living, tab: Tab) -> None:
    def fill() -> None:
        threads = Conversation.objects.bulk_create(
            Conversation(owner=living.owner, title=f"No. {number}", trashed_at=timezone.now())
            for number in range(45)
        )
        Deletion.objects.bulk_create(
            Deletion(owner=living.owner, conversation=each, made_at=timezone.now())
            for each in threads
        )

    await living.do(fill)
    page = await tab.page("/trash/")
    assert len(page.all("data-trashed")) == 40
    assert "No. 44" in page.text()
    [earlier] = [
        each.attributes["href"]
        for each in page.all("href")
        if each.attributes["href"].startswith("/trash/?before=")
    ]
    rest = await tab.page(earlier)
    assert len(rest.all("data-trashed")) == 5
    assert "No. 0" in rest.text()


async def test_delete_and_undo_are_forms_that_lead_back(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    place = f"/c/{generation.conversation_id}/"
    for path, home in ((f"{place}delete/", "/"), (f"/m/{generation.message_id}/delete/", place)):
        reply = await tab.post(path)
        assert (reply.status_code, place_of(reply)) == (303, home)
        page = await tab.page(reply["Location"].partition("#")[0])
        undo = page.one("data-undo", "").one("method", "post").attributes["action"]
        assert (await tab.get(undo)).status_code == 405
        for _ in range(2):
            reply = await tab.post(undo)
            assert (reply.status_code, place_of(reply)) == (303, place)
        assert await living.do(Message.objects.visible().count) == 2
        assert not (await tab.page("/")).all("data-undo")


async def test_with_script_only_what_changed_is_sent(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    other = await living.ended("Yes.")
    path = f"/c/{generation.conversation_id}/delete/"
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://x/c/{other.conversation_id}/"}
    reply = await tab.request("post", path, data={}, headers=headers)
    assert (reply.status_code, reply.get("HX-Redirect")) == (200, None)
    swaps = parse(reply.content.decode())
    assert swaps.one("id", "undo-list").one("data-action", "undo")
    assert not swaps.all("id", f"row-{generation.conversation_id}")
    undo = swaps.one("data-undo", "").one("method", "post").attributes["action"]
    reply = await tab.request("post", undo, data={"from": "list"}, headers=headers)
    swaps = parse(reply.content.decode())
    assert swaps.one("id", "undo-list").text() == ""
    assert swaps.one("id", f"row-{generation.conversation_id}")


@pytest.mark.parametrize("what", ["conversation", "message"])
async def test_r8_a_deletion_that_comes_again_doubles_nothing_also_after_its_undo(
    living: Living, tab: Tab, what: str
) -> None:
    generation = await living.ended("Yes.")
    place = f"/c/{generation.conversation_id}/"
    path = f"{place}delete/" if what == "conversation" else f"/m/{generation.message_id}/delete/"
    key = str(uuid.uuid4())
    first = await tab.request("post", path, data={"key": key})
    again = await tab.request("post", path, data={"key": key})
    assert first["Location"] == again["Location"]
    deletion = await living.do(Deletion.objects.get)
    await tab.post(f"/trash/{deletion.pk}/restore/")
    assert (await tab.request("post", path, data={"key": key})).status_code == 303
    assert await living.do(Message.objects.visible().count) == 2
    assert (await tab.request("post", path, data={"key": str(uuid.uuid4())})).status_code == 303
    assert await living.do(Deletion.objects.count) == 2


async def test_for_good_asks_with_what_goes_and_goes_once(living: Living, tab: Tab) -> None:
    deletion = await in_trash(living, tab)
    path = f"/trash/{deletion.pk}/delete-for-good/"
    question = text(await tab.get(path))
    assert f"Delete this for good? {TITLE}: 2 messages, from " in question
    assert await living.do(Conversation.everything.count) == 1
    for _ in range(2):
        reply = await tab.post(path)
        assert (reply.status_code, place_of(reply)) == (303, "/trash/")
        assert await living.do(Conversation.everything.count) == 0
        assert await living.do(Generation.objects.count) == 0
    reply = await tab.post(f"/trash/{deletion.pk}/restore/")
    assert reply.status_code == 409
    assert "cannot be restored" in text(reply)
    assert (await tab.get(path)).status_code == 303


async def test_emptying_names_what_goes_and_takes_nothing_that_came_later(
    living: Living, tab: Tab
) -> None:
    await in_trash(living, tab, "Early")
    page = await tab.page("/trash/empty/")
    assert "1 conversation: 2 messages, from " in " ".join(page.text().split())
    assert "Early" in page.text()
    up_to = page.one("name", "up_to").attributes["value"]
    await in_trash(living, tab, "Late")
    for _ in range(2):
        assert place_of(await tab.post("/trash/empty/", up_to=up_to)) == "/trash/"
        kept = await living.do(lambda: [each.title for each in Conversation.everything.all()])
        assert kept == ["Late"]
    for wrong in ("x", "9" * 30):
        assert (await tab.post("/trash/empty/", up_to=wrong)).status_code == 404
    assert place_of(await tab.post("/trash/empty/")) == "/trash/"
    assert await living.do(Conversation.everything.count) == 1


async def test_an_empty_trash_is_not_asked_about(living: Living, tab: Tab) -> None:
    assert "Nothing is in the trash." in text(await tab.get("/trash/"))
    assert place_of(await tab.get("/trash/empty/")) == "/trash/"


async def test_what_is_going_is_told_until_it_is_gone(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.EMPTY_REPLY_SECONDS = 0
    settings.EMPTY_EVERY_SECONDS = 3600
    thread = await living.do(lambda: long_conversation(living.owner, 500))
    await tab.post(f"/c/{thread.pk}/delete/")
    deletion = await living.do(Deletion.objects.get)
    await tab.post(f"/trash/{deletion.pk}/delete-for-good/")
    page = text(await tab.get("/trash/"))
    assert "Being deleted for good: 1 thing. 300 messages left." in page
    part = await tab.get("/trash/", **{"HX-Request": "true"})
    assert parse(part.content.decode()).one("id", "leaving").attributes["hx-trigger"]
    assert (await tab.get(f"/c/{thread.pk}/")).status_code == 404


async def test_the_page_tells_which_copies_hold_it(
    living: Living, tab: Tab, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    copies.folder().mkdir()
    now = timezone.now()
    for days, version in ((-1, "0.1.0"), (1, "0.2.0")):
        (copies.folder() / copies.name(now + timedelta(days=days), version)).touch()
    (copies.folder() / "before-anything.sqlite3").touch()
    deletion = await in_trash(living, tab)
    for path in (f"/trash/{deletion.pk}/delete-for-good/", "/trash/empty/", "/trash/"):
        page = await tab.get(path)
        if is_postgresql():
            assert "The site makes no copies of its database" in text(page)
            continue
        moment = now + timedelta(days=1)
        assert "1 copy of the database from before upgrades holds this: that of" in text(page)
        assert f"{moment.day} {moment:%B %Y, %H:%M} UTC" in text(page)
        assert "The site keeps the newest 5" in text(page)
        assert "Nightly copies" not in text(page)


async def test_a_page_tells_that_nightly_copies_may_hold_it(
    living: Living, tab: Tab, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_KEEP = tmp_path, tmp_path, 7
    deletion = await in_trash(living, tab)
    for path in (f"/trash/{deletion.pk}/delete-for-good/", "/trash/empty/", "/trash/"):
        page = text(await tab.get(path))
        assert "No copy of the database" not in page
        assert ("each goes once 7 newer ones have been made" in page) is not is_postgresql()


async def test_a_part_comes_back_after_what_it_belongs_to(living: Living, tab: Tab) -> None:
    generation = await living.ended("Yes.")
    await tab.post(f"/m/{generation.message_id}/delete/")
    part = await living.do(latest)
    await tab.post(f"/c/{generation.conversation_id}/delete/")
    whole = await living.do(latest)
    assert "Restore what it belongs to first." in text(await tab.get("/trash/"))
    reply = await tab.post(f"/trash/{part.pk}/restore/")
    assert reply.status_code == 409
    assert "Restore that first." in text(reply)
    for deletion in (whole, part):
        fields = {"from": "trash"}
        reply = await tab.request("post", f"/trash/{deletion.pk}/restore/", data=fields)
        assert place_of(reply) == "/trash/"
        assert "Restored." in text(await tab.get(reply["Location"]))
    assert await living.do(Message.objects.visible().count) == 2


async def test_a_temporary_conversation_begins_by_a_form_and_is_kept_by_one(
    living: Living, tab: Tab, settings: Any
) -> None:
    settings.TEMPORARY_HOURS = 3
    page = await tab.page("/?temporary=on")
    assert "checked" in page.one("name", "temporary").attributes
    before = timezone.now()
    reply = await tab.post("/send/", prompt="Hi", model="puppet/teller", temporary="on")
    await (await living.puppet.talk()).finish()
    thread = await living.do(Conversation.objects.get)
    assert thread.temporary_until is not None
    assert before < thread.temporary_until - timedelta(hours=3) < timezone.now()
    page = await tab.page(place_of(reply))
    assert f"{thread.temporary_until:%H:%M} UTC" in page.one("data-temporary", "").text()
    assert not page.all("name", "temporary")
    for _ in range(2):
        kept = await tab.post(f"/c/{thread.pk}/keep/")
        assert (kept.status_code, place_of(kept)) == (303, f"/c/{thread.pk}/")
    assert not (await tab.page(place_of(reply))).all("data-temporary")


async def test_another_persons_undo_is_shown_to_nobody(living: Living, tab: Tab) -> None:
    deletion = await in_trash(living, tab)
    other = Tab()
    await other.sign_in(await living.do(lambda: User.objects.create_user("other")))
    assert (await tab.page(f"/?deleted={deletion.pk}")).all("data-undo")
    assert not (await other.page(f"/?deleted={deletion.pk}")).all("data-undo")
    for wrong in ("x", "9" * 30, ""):
        assert not (await tab.page(f"/?deleted={wrong}")).all("data-undo")
