"""Files go with a share if they were chosen, through its link alone, and into a copy."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import User

from conversations.files import attached
from conversations.files.models import File
from conversations.models import Message
from conversations.sharing import copying, shares
from conversations.sharing.models import Share
from streaming.sharing import making
from tests.support.files.rows import document_of, picture_of
from tests.support.living import Living
from tests.support.tabs import Tab, whole


def share_of(owner: User, asked: Message, *parts: str) -> Share:
    return shares.make(owner, uuid.uuid4(), asked, making.of_branch(asked, parts), parts)


async def test_only_who_has_a_link_that_holds_them_finds_them(living: Living) -> None:
    run = await living.ended("An answer")

    def made() -> tuple[File, File, Share, Share]:
        asked = Message.objects.get(role="user")
        files = picture_of(living.owner), document_of(living.owner, "Shared")
        attached.hang(asked, files)
        with_files = share_of(living.owner, run.message, "files")
        return *files, with_files, share_of(living.owner, run.message)

    picture, note, chosen, plain = await living.do(made)
    other = await living.do(lambda: document_of(living.owner, "Not shared"))
    anybody = Tab()
    page = await anybody.page(f"/s/{chosen.token}/")
    assert [each.attributes["data-file"] for each in page.all("data-file")] == [
        str(picture.pk),
        str(note.pk),
    ]
    reply = await anybody.get(f"/s/{chosen.token}/f/{note.pk}/")
    assert await whole(reply) == b"Shared"
    assert reply.headers["Content-Disposition"].startswith("attachment")
    small = await anybody.get(f"/s/{chosen.token}/f/{picture.pk}/thumbnail/")
    assert (small.content, small.headers["X-Robots-Tag"]) == (b"a small one", "noindex, nofollow")
    assert not (await anybody.page(f"/s/{plain.token}/")).all("data-file")
    for token, pk in ((plain.token, note.pk), (chosen.token, other.pk), ("none", note.pk)):
        assert (await anybody.get(f"/s/{token}/f/{pk}/")).status_code == 404
    await living.do(lambda: shares.revoke(living.owner, chosen.pk))
    assert (await anybody.get(f"/s/{chosen.token}/f/{note.pk}/")).status_code == 404


async def test_a_copy_has_files_of_its_own(living: Living) -> None:
    await living.ended("An answer")

    def copied() -> list[tuple[bool, bytes]]:
        asked = Message.objects.get(role="user")
        attached.hang(asked, [document_of(living.owner, "Shared")])
        share = share_of(living.owner, asked, "files")
        other = User.objects.create_user("other")
        copy = copying.copy(other, share)
        assert copying.copy(other, share) == copy
        files = attached.files_of(copy.messages.values_list("pk", flat=True))
        found = [file for each in files.values() for file in each]
        return [(file.owner_id == other.pk, file.open_bytes()) for file in found]

    assert await living.do(copied) == [(True, b"Shared")]
