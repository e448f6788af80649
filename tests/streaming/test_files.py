"""Files on their way: in parts or with a form, with a prompt, in line, shown, given up, deleted."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from conversations.files import attached, coming, keeping, sweeping
from conversations.files.models import Attachment, File, storage
from conversations.files.reading import Refused
from conversations.models import Conversation, Message, Project
from conversations.trash import purging
from streaming import chores
from streaming.api import openapi
from streaming.models import QueuedPrompt
from streaming.trash import actions as trash
from streaming.trash import emptying
from tests.streaming.api.reading import token_of
from tests.streaming.api.shaping import expects
from tests.support.document import parse
from tests.support.files.rows import document_of, picture_of
from tests.support.living import TELLER, Living
from tests.support.sample_files import png
from tests.support.tabs import Tab, place_of, whole

MODEL = f"puppet/{TELLER}"
JSON = "application/json"


async def sends(tab: Tab, prompt: str = "Look", htmx: bool = True, **other: Any) -> HttpResponse:
    fields = {"prompt": prompt, "model": MODEL, "conversation": "", "key": str(uuid.uuid4())}
    headers = {"HX-Request": "true"} if htmx else {}
    return await tab.request("post", "/send/", data=fields | other, headers=headers)


async def sends_part(
    tab: Tab, key: uuid.UUID, data: bytes, at: int, size: int, name: str = "note.txt"
) -> dict[str, Any]:
    reply = await tab.request(
        "post",
        f"/f/{key}/part/?at={at}&size={size}",
        data=data,
        content_type="application/octet-stream",
        headers={"Chat-File-Name": name},
    )
    assert reply.status_code == 200
    said: dict[str, Any] = json.loads(reply.content)
    return said


async def test_a_file_comes_in_parts_and_each_part_may_come_again(living: Living, tab: Tab) -> None:
    key, text = uuid.uuid4(), b"naive words " * 10
    assert await sends_part(tab, key, text[:50], 0, len(text)) == {"done": 50}
    assert await sends_part(tab, key, text[:50], 0, len(text)) == {"done": 50}
    said = await sends_part(tab, key, text[50:], 50, len(text))
    chip = parse(said["html"])
    assert chip.one("data-file").attributes["data-state"] == "ready"
    again = await sends_part(tab, key, text[50:], 50, len(text))
    assert again["html"] == said["html"]
    file = await living.do(File.objects.get)
    assert (file.owner_id, file.is_draft, file.kind) == (living.owner.pk, True, "document")
    assert file.open_bytes() == text
    assert list(coming.folder().iterdir()) == []


@pytest.mark.parametrize(
    ("data", "size", "sentence"),
    [
        (b"\0\1\2" * 9, 27, ""),
        (b"", 0, "This file is empty."),
        (b"", 10**9, "This file is larger than 20.0"),
    ],
)
async def test_what_is_not_taken_says_why(
    living: Living, tab: Tab, data: bytes, size: int, sentence: str
) -> None:
    said = await sends_part(tab, uuid.uuid4(), data, 0, size, "<b>%22.txt")
    chip = parse(said["html"])
    assert chip.one("data-file").attributes["data-state"] == "refused"
    assert sentence in chip.one("role", "alert").text().replace("\N{NO-BREAK SPACE}", " ")
    assert "<b>" not in said["html"]
    assert not await living.do(File.objects.exists)


async def test_a_prompt_is_sent_with_its_files_and_shows_them(living: Living, tab: Tab) -> None:
    picture = await living.do(lambda: picture_of(living.owner))
    note = await living.do(lambda: document_of(living.owner, "A < B", "a<b>.txt"))
    reply = await sends(tab, file=[str(picture.pk), str(note.pk)])
    assert reply.status_code == 200
    asked = await living.do(lambda: Message.objects.get(role="user"))
    found = await living.do(lambda: attached.files_of([asked.pk]))
    assert found == {asked.pk: [picture, note]}
    page = await tab.page(f"/c/{asked.conversation_id}/")
    shown = page.one("id", f"files-{asked.pk}").all("data-file")
    assert [each.attributes["href"] for each in shown] == [f"/f/{picture.pk}/", f"/f/{note.pk}/"]
    assert shown[0].one("alt", "").attributes["src"] == f"/f/{picture.pk}/thumbnail/"


async def test_without_script_the_form_brings_them(living: Living, tab: Tab) -> None:
    key, files = str(uuid.uuid4()), [("a.txt", b"First"), ("b.txt", b"Second")]

    def made() -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(name, data) for name, data in files]

    one = await sends(tab, htmx=False, key=key, files=made())
    two = await sends(tab, htmx=False, key=key, files=made())
    assert place_of(one) == place_of(two)
    asked = await living.do(lambda: Message.objects.get(role="user"))
    found = await living.do(lambda: attached.files_of([asked.pk])[asked.pk])
    assert [file.open_bytes() for file in found] == [data for _, data in files]
    assert await living.do(File.objects.count) == 2


async def test_without_script_what_is_refused_leaves_the_rest_in_the_box(
    living: Living, tab: Tab
) -> None:
    files = [SimpleUploadedFile("a.txt", b"First"), SimpleUploadedFile("b.bin", b"\0\1" * 99)]
    reply = await sends(tab, htmx=False, files=files)
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    kept = await living.do(File.objects.get)
    box = page.one("id", "composed").one("name", "file")
    assert box.attributes["value"] == str(kept.pk)
    assert "b.bin:" in page.one("id", "prompt-error").text()
    assert page.one("id", "prompt").text().strip() == "Look"
    assert not await living.do(Message.objects.exists)


async def test_a_file_that_is_gone_is_not_sent(living: Living, tab: Tab) -> None:
    other = await living.do(lambda: document_of(User.objects.create_user("stranger")))
    for pk in (other.pk, uuid.uuid4(), "none"):
        reply = await sends(tab, file=[str(pk)])
        assert (reply.status_code, b"not there any more" in reply.content) == (400, True)
    many = [await living.do(lambda: document_of(living.owner)) for _ in range(9)]
    reply = await sends(tab, file=[str(each.pk) for each in many])
    assert (reply.status_code, b"8 files at most" in reply.content) == (400, True)
    assert not await living.do(Message.objects.exists)


async def test_only_ones_own_files_that_were_not_sent_come_back_to_the_box(
    living: Living, tab: Tab
) -> None:
    draft = await living.do(lambda: document_of(living.owner, name="draft.txt"))
    sent = await living.do(lambda: document_of(living.owner, is_draft=False))
    gone = await living.do(lambda: document_of(living.owner, doomed_at=timezone.now()))
    theirs = await living.do(lambda: document_of(User.objects.create_user("stranger")))
    named = "&".join(f"file={pk}" for pk in (draft.pk, sent.pk, gone.pk, theirs.pk, "none"))
    shown = (await tab.page(f"/files/kept/?{named}")).all("data-file")
    assert [each.attributes["data-file"] for each in shown] == [str(draft.pk)]
    chooses = (await tab.page("/")).one("id", "files").attributes
    assert not {"capture", "accept"} & chooses.keys()  # so a phone offers its camera and its files
    assert shown[0].one("name", "file").attributes["value"] == str(draft.pk)


async def test_files_wait_in_line_with_their_prompt(living: Living, tab: Tab) -> None:
    answer = await living.answering()
    note = await living.do(lambda: document_of(living.owner))
    thread = (await living.run(answer.pk)).conversation_id
    reply = await sends(tab, "Next", conversation=str(thread), file=[str(note.pk)])
    assert reply.status_code == 200
    assert await living.do(lambda: QueuedPrompt.objects.get().file_ids) == [note.pk]
    row = (await tab.page(f"/c/{thread}/")).one("data-queued")
    assert row.one("data-queued-files").text().strip() == "[note.txt]"
    await living.do(chores.look_for_files)
    assert await living.do(lambda: File.objects.filter(doomed_at=None).exists())
    await answer.finishes()
    next_one = await living.puppet.talk()
    asked = await living.do(lambda: Message.objects.get(text="Next"))
    assert await living.do(lambda: attached.files_of([asked.pk])) == {asked.pk: [note]}
    await next_one.finish()


async def test_an_edited_prompt_keeps_the_files_that_are_left_checked(
    living: Living, tab: Tab
) -> None:
    run = await living.ended("An answer")
    asked = await living.do(lambda: Message.objects.get(role="user"))
    one, two = [await living.do(lambda: document_of(living.owner)) for _ in range(2)]

    def attach() -> None:
        with transaction.atomic():
            attached.attach(asked, living.owner.pk, [one.pk, two.pk])

    await living.do(attach)
    editor = await tab.page(f"/m/{asked.pk}/edit/")
    boxes = editor.all("name", "file")
    assert [each.attributes["value"] for each in boxes] == [str(one.pk), str(two.pk)]
    fields = {"text": "In other words", "model": MODEL, "key": str(uuid.uuid4())}
    await tab.request("post", f"/m/{asked.pk}/edit/", data=fields | {"file": str(two.pk)})
    edited = await living.do(lambda: Message.objects.get(text="In other words"))
    assert await living.do(lambda: attached.files_of([edited.pk])) == {edited.pk: [two]}
    copy = await tab.post(f"/m/{run.message_id}/branch/", key=str(uuid.uuid4()))
    thread = uuid.UUID(place_of(copy).split("/")[2])
    copied = await living.do(lambda: Message.objects.get(conversation=thread, role="user"))
    assert await living.do(lambda: attached.files_of([copied.pk])) == {copied.pk: [one, two]}


async def test_its_owner_gets_it_as_something_to_save(living: Living, tab: Tab) -> None:
    note = await living.do(lambda: document_of(living.owner, "<script>", 'a"b;ü.html'))
    reply = await tab.get(f"/f/{note.pk}/")
    assert await whole(reply) == b"<script>"
    assert reply.headers["Content-Disposition"].startswith("attachment; filename")
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (await tab.get(f"/f/{note.pk}/thumbnail/")).status_code == 404
    picture = await living.do(lambda: picture_of(living.owner))
    small = await tab.get(f"/f/{picture.pk}/thumbnail/")
    assert (small.content, small.headers["Content-Type"]) == (b"a small one", "image/webp")
    assert small.headers["Content-Disposition"] == "inline"
    assert (await tab.post(f"/f/{note.pk}/discard/")).status_code == 200
    assert (await tab.get(f"/f/{note.pk}/")).status_code == 404


async def test_what_hangs_in_the_trash_is_not_found_and_goes_with_it(
    living: Living, tab: Tab
) -> None:
    thread = (await living.ended("An answer")).conversation
    asked = await living.do(lambda: Message.objects.get(role="user"))
    note = await living.do(lambda: document_of(living.owner, is_draft=False))
    await living.do(lambda: attached.hang(asked, [note]))
    deletion = await living.do(
        lambda: trash.delete_conversation(living.owner, uuid.uuid4(), thread)
    )
    assert (await tab.get(f"/f/{note.pk}/")).status_code == 404
    await living.do(chores.look_for_files)
    await living.do(lambda: purging.doom(deletion))
    await living.do(lambda: emptying.empty_soon(living.owner, 10))
    assert not await living.do(File.objects.exists)
    assert not [name for name in note.stored if storage().exists(name)]


def hung(owner: User, **fields: Any) -> File:
    thread = Conversation.objects.create(owner=owner, title="With a file")
    asked = Message.objects.create(conversation=thread, role="user", text="Look")
    file = document_of(owner, is_draft=False, **fields)
    attached.hang(asked, [file])
    return file


@pytest.mark.django_db
def test_what_nobody_needs_is_swept(owner: User, settings: Any) -> None:
    old = timezone.now() - timedelta(hours=settings.FILE_DRAFT_HOURS, minutes=1)
    kept = [hung(owner), document_of(owner)]
    given_up, held, nowhere, ownerless = [document_of(owner) for _ in range(4)]
    File.objects.filter(pk__in=[given_up.pk, held.pk]).update(created_at=old)
    File.objects.filter(pk=nowhere.pk).update(is_draft=False)
    File.objects.filter(pk=ownerless.pk).update(owner=None)
    shared = hung(owner)
    again = Message.objects.get(attachments__file=shared)
    again.pk = None
    again.save()
    attached.hang(again, [shared])
    purging.messages_go.send(sender=Message, pks=[again.pk])
    sweeping.doom_left({held.pk})
    assert not sweeping.sweep_piece()
    left = set(File.objects.values_list("pk", flat=True))
    assert left == {file.pk for file in (*kept, held, shared)}
    assert not storage().exists(given_up.content.name)
    assert storage().exists(held.content.name)


@pytest.mark.django_db
def test_a_file_of_an_answer_hangs_on_it_and_counts(owner: User, settings: Any) -> None:
    thread = Conversation.objects.create(owner=owner, title="A picture")
    answer = Message.objects.create(conversation=thread, role="assistant")
    file = keeping.keep(owner.pk, answer.pk, png(), "text/html", "made.html")
    answer.refresh_from_db()
    assert (file.kind, file.media_type, answer.has_files) == ("image", "image/png", True)
    assert attached.of_messages([answer]) == {answer.pk: [file]}
    assert keeping.used(owner.pk) == file.size > 0
    settings.FILES_BYTES = file.size
    with pytest.raises(Refused, match="Your files take"):
        keeping.keep(owner.pk, answer.pk, png(), "image/png", "more.png")
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_a_process_that_dies_while_it_writes_leaves_nothing(
    owner: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Any, *arguments: Any) -> Callable[..., str]:
        raise KeyboardInterrupt

    source = Path(settings.DATA_DIR) / "source.txt"
    source.write_text("Hello")
    monkeypatch.setattr("conversations.files.storage.Folder._save", dies)
    with pytest.raises(KeyboardInterrupt):
        keeping.add(owner.pk, uuid.uuid4(), source, "a.txt")
    file = File.objects.get()
    assert file.doomed_at is not None
    File.objects.update(doomed_at=timezone.now())
    sweeping.sweep_piece()
    assert not File.objects.exists()


async def test_each_conversation_of_a_project_can_take_its_files(living: Living, tab: Tab) -> None:
    project = await living.do(lambda: Project.objects.create(owner=living.owner, name="House"))
    place, file = f"/projects/{project.pk}/files/", SimpleUploadedFile("plan.txt", b"Two rooms")
    for _ in range(2):
        data = {"key": str(uuid.UUID(int=9)), "files": [file]}
        file.seek(0)
        assert place_of(await tab.request("post", place, data=data)) == place
    plan = await living.do(File.objects.get)
    assert (await tab.page(place)).one("data-file").attributes["data-file"] == str(plan.pk)
    begun = await sends(tab, htmx=False, file=[str(plan.pk)], project=str(project.pk))
    page = await tab.page(place_of(begun))
    assert page.one("data-project-files").one("name", "file").attributes["value"] == str(plan.pk)
    asked = await living.do(lambda: Message.objects.get(role="user"))
    assert await living.do(lambda: attached.files_of([asked.pk])) == {asked.pk: [plan]}
    assert not (await tab.page("/")).all("data-project-files")
    await tab.post(place, remove=str(plan.pk))
    await living.do(chores.look_for_files)
    assert await living.do(lambda: File.objects.filter(project=None, doomed_at=None).exists())
    refused = await tab.post(place)
    assert (refused.status_code, b"Choose a file first." in refused.content) == (400, True)


async def test_a_program_sends_files_once_with_a_form(living: Living) -> None:
    token = await token_of(living, scope="write")
    said = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.UUID(int=4))}
    for _ in range(2):
        data = {"prompt": "Look", "model": MODEL, "files": SimpleUploadedFile("a.txt", b"Words")}
        reply = await Tab().request("post", "/api/v1/conversations/", data=data, headers=said)
        assert reply.status_code == 201
    asked = await living.do(lambda: Message.objects.get(role="user"))
    [file] = (await living.do(lambda: attached.files_of([asked.pk])))[asked.pk]
    assert file.open_bytes() == b"Words"
    data = {"prompt": "Look", "model": MODEL, "files": SimpleUploadedFile("b.bin", b"\0\1" * 9)}
    odd = await Tab().request(
        "post", "/api/v1/conversations/", data=data, headers={"Authorization": f"Bearer {token}"}
    )
    assert (odd.status_code, json.loads(odd.content)["status"]) == (400, 400)


async def test_a_program_adds_a_file_and_names_it_in_json(living: Living) -> None:
    said = {"Authorization": f"Bearer {await token_of(living, scope='write')}"}

    async def post(path: str, data: Any, **other: Any) -> tuple[int, dict[str, Any]]:
        reply = await Tab().request("post", f"/api/v1/{path}/", data=data, headers=said, **other)
        return reply.status_code, json.loads(reply.content)

    status, added = await post("files", {"file": SimpleUploadedFile("a.txt", b"Words")})
    assert (status, added["name"], added["url"]) == (201, "a.txt", f"/f/{added['id']}/")
    expects(added, openapi.SCHEMAS["File"])
    status, refused = await post("files", {"file": SimpleUploadedFile("b.bin", b"\0\1" * 9)})
    assert (status, "neither a picture" in refused["detail"]) == (400, True)
    asks = {"prompt": "Look", "model": MODEL}
    other = await living.do(lambda: document_of(User.objects.create_user("stranger")))
    for wrong in ("x", [1], [str(other.pk)], ["none"], [str(uuid.uuid4()) for _ in range(9)]):
        status, _ = await post("conversations", asks | {"files": wrong}, content_type=JSON)
        assert status == 400
    assert not await living.do(Message.objects.exists)
    status, answer = await post("conversations", asks | {"files": [added["id"]]}, content_type=JSON)
    assert status == 201
    waits = asks | {"prompt": "And this?", "files": [added["id"]]}
    path = f"conversations/{answer['conversation']}"
    assert (await post(path, waits, content_type=JSON))[1]["queued"]["files"] == [added["id"]]
    reply = await Tab().request("get", f"/api/v1/messages/{answer['parent']}/", headers=said)
    assert json.loads(reply.content)["files"] == [added]
