"""The pages of saved prompts: made, used, shared, deleted with Undo; nothing typed is lost."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from conversations.prompts import archive
from conversations.prompts.models import SavedPrompt
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab

pytestmark = pytest.mark.django_db

SUMMARY = {"name": "Summary", "description": "Short", "text": " Sum up {{text}}\n", "shared": ""}


@pytest.fixture
def user() -> User:
    return User.objects.create_user("somebody")


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def stranger() -> Client:
    other = Client()
    other.force_login(User.objects.create_user("other"))
    return other


def page(client: Client, path: str = "/prompts/") -> str:
    reply = client.get(path)
    assert reply.status_code == 200
    return parse(reply.content.decode()).text()


def test_a_prompt_is_made_and_changed_and_a_form_sent_again_makes_no_other(client: Client) -> None:
    for _ in range(2):
        reply = client.post("/prompts/new/", SUMMARY)
        assert (reply.status_code, reply["Location"]) == (303, "/prompts/")
    [row] = SavedPrompt.objects.all()
    assert (row.name, row.text, row.shared) == ("summary", " Sum up {{text}}\n", False)
    changed = SUMMARY | {"name": "résumé d'été", "shared": "on"}
    reply = client.post(f"/prompts/{row.pk}/", changed)
    assert reply.status_code == 400
    assert "A name is letters" in reply.content.decode()
    assert client.post(f"/prompts/{row.pk}/", changed | {"name": "Résumé"}).status_code == 303
    row.refresh_from_db()
    assert (row.name, row.shared) == ("résumé", True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "A prompt needs a name."),
        ({"name": "a b/c?"}, "A name is letters"),
        ({"name": "taken"}, "You have a prompt of that name already."),
        ({"text": " \u200b\n"}, "A prompt needs a text."),
        ({"text": "a" * 262_145}, "A prompt has at most 262,144 bytes; this one has 262,145."),
        ({"description": "a" * 201}, "200"),
    ],
)
def test_what_is_refused_is_said_at_its_field_and_stays_typed(
    client: Client, fields: dict[str, str], sentence: str
) -> None:
    client.post("/prompts/new/", SUMMARY | {"name": "taken", "text": "Another"})
    typed = SUMMARY | fields | {"shared": "on"}
    reply = client.post("/prompts/new/", typed)
    form = parse(reply.content.decode())
    [field] = fields
    assert reply.status_code == 400
    assert sentence in form.one("id", f"{field}-error").text()
    assert form.one("id", "name").attributes["value"] == typed["name"]
    assert form.one("id", "text").text().removeprefix("\n") == typed["text"]
    assert "checked" in form.one("id", "shared").attributes


def test_deleting_is_undone_at_once_or_later_also_where_the_name_was_taken(client: Client) -> None:
    client.post("/prompts/new/", SUMMARY)
    row = SavedPrompt.objects.get()
    for _ in range(2):
        reply = client.post(f"/prompts/{row.pk}/delete/")
        assert reply["Location"] == f"/prompts/?deleted={row.pk}"
    assert "“summary” was deleted." in page(client, reply["Location"])
    assert client.get(f"/prompts/{row.pk}/").status_code == 404
    assert client.get(f"/prompts/{row.pk}/use/").status_code == 404
    client.post("/prompts/new/", SUMMARY | {"text": "Another"})
    for _ in range(2):
        assert client.post(f"/prompts/{row.pk}/restore/").status_code == 303
    assert sorted(SavedPrompt.objects.values_list("name", "deleted_at")) == [
        ("summary", None),
        ("summary-2", None),
    ]


def test_the_last_that_fits_is_refused_with_what_was_typed(client: Client) -> None:
    with override_settings(PROMPTS=1):
        client.post("/prompts/new/", SUMMARY)
        reply = client.post("/prompts/new/", SUMMARY | {"name": "more"})
        assert reply.status_code == 400
        assert "at most. Delete one first." in reply.content.decode()


def test_what_is_shared_others_see_and_use_and_cannot_change(
    client: Client, stranger: Client
) -> None:
    client.post("/prompts/new/", SUMMARY | {"name": "mine"})
    client.post("/prompts/new/", SUMMARY | {"name": "ours", "shared": "on"})
    mine, ours = SavedPrompt.objects.order_by("name")
    assert "ours" in page(stranger)
    assert "mine" not in page(stranger)
    assert "ours" in page(stranger, "/prompts/menu/")
    assert "mine" not in page(stranger, "/prompts/menu/")
    for path in ("use", "file"):
        assert stranger.get(f"/prompts/{ours.pk}/{path}/").status_code == 200
        assert stranger.get(f"/prompts/{mine.pk}/{path}/").status_code == 404
    for row in (mine, ours):
        assert stranger.post(f"/prompts/{row.pk}/", SUMMARY).status_code == 404
        assert stranger.post(f"/prompts/{row.pk}/delete/").status_code == 404
    client.post(f"/prompts/{ours.pk}/delete/")
    assert stranger.get(f"/prompts/{ours.pk}/use/").status_code == 404


def test_files_go_out_and_come_in_again(client: Client, stranger: Client) -> None:
    for name in ("summary", "सारांश"):
        client.post("/prompts/new/", SUMMARY | {"name": name})
    one = client.get(f"/prompts/{SavedPrompt.objects.latest('pk').pk}/file/")
    assert "filename*=utf-8''" in one["Content-Disposition"]
    whole = client.get("/prompts/export/").content
    assert len(archive.unpacked(io.BytesIO(whole), "prompts.zip")) == 2
    for data, name in ((whole, "prompts.zip"), (one.content, "सारांश.md"), (whole, "again.zip")):
        reply = stranger.post("/prompts/import/", {"file": SimpleUploadedFile(name, data)})
        assert reply.status_code == 200
    names = SavedPrompt.objects.filter(owner__username="other").values_list("name", flat=True)
    assert sorted(names) == sorted(["summary", "सारांश"])
    reply = stranger.post("/prompts/import/", {"file": SimpleUploadedFile("x.png", b"PNG")})
    assert reply.status_code == 400
    assert "Markdown file" in parse(reply.content.decode()).one("id", "prompt-files-error").text()


async def test_without_script_a_prompt_fills_the_box_of_a_new_conversation(
    living: Living, tab: Tab
) -> None:
    row = await living.do(
        lambda: SavedPrompt.objects.create(
            owner=living.owner, name="summary", text="Sum up {{text}} in {{how many}} words"
        )
    )
    form = await tab.page(f"/prompts/{row.pk}/use/")
    labels = [each.text() for each in form.all("for")]
    assert labels == ["text", "how many"]
    values: dict[str, Any] = {"value-0": "<b>this\r\n& that", "value-1": ""}
    reply = await tab.post(f"/prompts/{row.pk}/use/", **values)
    shown = parse(reply.content.decode())
    assert (
        shown.one("id", "prompt").text().strip() == "Sum up <b>this\n& that in {{how many}} words"
    )
    await living.do(lambda: SavedPrompt.objects.update(text="Nothing to ask"))
    box = (await tab.page(f"/prompts/{row.pk}/use/")).one("id", "prompt")
    assert box.text().strip() == "Nothing to ask"
