"""Things of a person's, made anew for each request that could destroy them; doors to knock at."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from conversations.models import Deletion, Project
from conversations.prompts.models import SavedPrompt
from conversations.sharing import shares
from conversations.sharing.models import Share
from conversations.transfer.models import Transfer
from streaming.models import Generation, Preset, QueuedPrompt, StoredProvider
from streaming.sharing import making
from streaming.tools.models import ToolServer
from streaming.trash import actions as trash
from tests import ROOT
from tests.support import rows
from tests.support.doors import DOORS, NO_TOKEN, OWNER
from tests.support.files.rows import picture_of
from tests.support.people.factors import passkey_of

Args = list[Any]


def _prompt(owner: User) -> Args:
    message = rows.answer_in_parts(owner)
    conversation, key = message.conversation, uuid.uuid4()
    QueuedPrompt.objects.create(
        conversation=conversation, key=key, place=0, text="Next", held="stopped"
    )
    return [conversation.pk, key]


def _deletion(owner: User) -> Args:
    made: Deletion = trash.delete_conversation(
        owner, uuid.uuid4(), rows.answer_in_parts(owner).conversation
    )
    return [made.pk]


def _share(owner: User) -> Args:
    message = rows.answer_in_parts(owner)
    data = making.of_branch(message, ())
    made: Share = shares.make(owner, uuid.uuid4(), message, data, ())
    return [made.token]


def _transfer(owner: User) -> Args:
    kind: dict[str, Any] = {"kind": "import", "status": "receiving", "size": 3}
    return [Transfer.objects.create(owner=owner, made_at=timezone.now(), **kind).pk]


STANDING: Mapping[str, Callable[[User], Args]] = {
    "conversation": lambda owner: [rows.answer_in_parts(owner).conversation_id],
    "message": lambda owner: [rows.answer_in_parts(owner).pk],
    "generation": lambda owner: [Generation.objects.get(message=rows.answer_in_parts(owner)).pk],
    "deletion": _deletion,
    "prompt in line": _prompt,
    "project": lambda owner: [Project.objects.create(owner=owner, name=str(uuid.uuid4())).pk],
    "preset": lambda owner: [Preset.objects.create(owner=owner, name=str(uuid.uuid4())).pk],
    "saved prompt": lambda owner: [
        SavedPrompt.objects.create(owner=owner, name=uuid.uuid4().hex, text="A {{ word }}").pk
    ],
    "share link": _share,
    "transfer": _transfer,
    "file": lambda owner: [picture_of(owner).pk],
    "passkey": lambda owner: [passkey_of(owner, "A key").pk],
}


def address(name: str, owner: User) -> str:
    """Where the door leads to something of this person's that was just made."""
    door = DOORS[name]
    made = STANDING[door.whose](owner) if door.whose in STANDING else []
    if door.args == OWNER:
        return reverse(name, args=[owner.pk])
    if door.args == NO_TOKEN and made:
        return reverse(name, args=made)
    for model, row in (
        (StoredProvider, {"slug": "acme", "name": "Acme", "format": "chat", "base_url": URL}),
        (ToolServer, {"slug": "weather", "name": "Weather", "url": URL}),
    ):
        if row["slug"] in door.args:
            model.objects.get_or_create(slug=row["slug"], defaults=row)
    return reverse(name, args=[*made, *door.args])


URL = "http://127.0.0.1:9/v1"
READ = re.compile(r"""(?:POST|GET|FILES|data|said|fields)(?:\.get|\.getlist)?[(\[]["'](\w+)["']""")
DECLARED = re.compile(r"^    (\w+)(?:: [^=]+)? = forms\.\w+\(", re.MULTILINE)


@cache
def field_names() -> list[str]:
    """What the site's code reads from forms and addresses, as far as it says so by its name."""
    found = {"key", "csrfmiddlewaretoken"}
    for room in ("chatsite", "streaming", "conversations"):
        for file in (ROOT / room).rglob("*.py"):
            text = file.read_text("utf-8")
            found |= {*READ.findall(text), *DECLARED.findall(text)}
    return sorted(found)
