"""Every page, part of a page, file and reply that shows text: it is text there, and no more.

The places are the doors of the URL conf, and the text is in every column that holds some, so a new
door and a new column are judged without being named here. `UNREACHED` names the templates that no
place here renders: a new one that prints something is reached, or named there with a reason.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test.signals import template_rendered
from django.urls import reverse

from tests import ROOT
from tests.hostile.furnished import Furnished, furnish, furnish_the_rest
from tests.support.document import parse
from tests.support.doors import DOORS, NO_TOKEN
from tests.support.hostile.corpus import BLOCKS, LINES, POLYGLOT, harmless
from tests.support.hostile.judge import expects_nothing_reached, expects_only_text
from tests.support.living import living, owner
from tests.support.tabs import Tab, tab, whole
from tests.test_ownership import House, house

__all__ = ["house", "living", "owner", "tab"]

TEXT = "\n\n".join([POLYGLOT, "{{ topic }} {{ a_list: one | two }}", *BLOCKS.values()])

OUR_OWN = ("conversations:readme", "conversations:document", "account_logout", "enter")
"""Our documents, which have names for their sections, and doors that end or begin a sign-in."""
ABOUT_PEOPLE = (
    *("account/", "mfa/", "socialaccount/", "second_factors/", "people/", "tokens/"),
    *("preferences/", "layouts/", "installed/"),
)
"""Folders of templates that print nothing but names of people, settings and words of ours."""
UNREACHED = {
    "403_read_only.html": "a sentence of ours",
    "503.html": "what its own reader typed a moment ago, in fields",
    "conversations/order/_done.html": "a part of replies to forms: tests/chatsite/test_headers.py",
    "conversations/order/refused.html": "a sentence of ours",
    "conversations/thread/_earlier.html": "numbers",
    "conversations/readme.html": "our documents",
    "prompts/_filled.html": "what its own reader typed, in a field",
    "providers/_connection_test.html": "tests/streaming/catalog/test_connection_test.py",
    "titles/offer.html": "replies to a form: tests/chatsite/test_headers.py",
    "tools/callback.html": "what its own reader came back with, in fields",
    "tools/connect.html": "a name, and an address that was judged: tests/streaming/tools",
    "trash/_undo_selected.html": "a part of replies to forms: tests/chatsite/test_headers.py",
    "trash/not_restored.html": "a sentence of ours",
}
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply of a door, whole."""

    status: int
    kind: str
    headers: Mapping[str, str]
    body: str


@pytest.fixture
async def furnished(house: House, tab: Tab) -> Furnished:
    """Of an administrator, to whom every door is open."""
    found = await furnish(house)
    assert await house.living.do(furnish_the_rest) == []
    await house.living.do(lambda: User.objects.update(is_superuser=True, is_staff=True))
    return found


def paths(found: Furnished) -> Iterator[tuple[str, str]]:
    """Every door, and the ways in which one shows more."""
    house = found.house
    for name, door in DOORS.items():
        if name not in OUR_OWN:
            token = [found.token, *door.args[1:]] if NO_TOKEN[0] in door.args[:1] else []
            yield name, reverse(name, args=token) if token else house.address(name)
    parts, full = found.parts.conversation_id, found.full.pk
    for thread in (parts, full):
        yield f"conversations:open {thread == full}", f"/c/{thread}/"
    yield "conversations:open found", f"/c/{full}/?q=evil0&at={found.full.leaf_id}"
    yield "conversations:open branch", f"/c/{full}/?branch={found.elsewhere}"
    yield "conversations:branches full", f"/c/{full}/branches/"
    yield "conversations:search found", "/search/?q=evil0"
    yield "keyboard:palette found", "/palette/?q=evil0"
    yield "order:move some", f"/order/move/?conversation={full}"
    yield "files:kept one", f"/files/kept/?file={found.unsent}"
    yield "streaming:details failed", f"/m/{found.parts.pk}/details/"
    yield "trash:list undo", f"/trash/?deleted={house.deletion.pk}"
    for kind in ("md", "html", "json"):
        yield f"transfer:conversation {kind}", f"/c/{parts}/export.{kind}"


async def shown(found: Furnished, who: Tab, *, in_parts: bool = True) -> dict[str, Shown]:
    """What each place answers, as a page and as a part of one."""
    seen = {}
    for name, path in paths(found):
        page = await whole_of(await who.get(path))
        if page.status == HTTPStatus.METHOD_NOT_ALLOWED:
            continue
        seen[name] = page
        if in_parts and page.kind == "text/html":
            seen[f"{name}, htmx"] = await whole_of(await who.get(path, **{"HX-Request": "true"}))
    return seen


async def whole_of(reply: Any) -> Shown:
    kind = reply.headers.get("Content-Type", "").partition(";")[0]
    body = (await whole(reply)).decode("utf-8", "replace")
    return Shown(reply.status_code, kind, reply.headers, body)


async def test_what_was_written_is_text_in_every_place(furnished: Furnished, tab: Tab) -> None:
    rendered: set[str] = set()

    def hear(template: Any, **rest: Any) -> None:
        rendered.add(template.name)

    do, lines = furnished.house.living.do, list(LINES.values())
    await do(lambda: furnished.plant(harmless(TEXT), [harmless(POLYGLOT)]))
    plain = await shown(furnished, tab)
    template_rendered.connect(hear)
    try:
        await do(lambda: furnished.plant(TEXT, [POLYGLOT]))
        expects_text(await shown(furnished, tab), plain)
        await do(lambda: furnished.plant("\n".join(lines), lines))
        expects_text(await shown(furnished, tab, in_parts=False), None)
    finally:
        template_rendered.disconnect(hear)
    assert {name for name in printing() - rendered if not name.startswith(ABOUT_PEOPLE)} == set(
        UNREACHED
    )


def printing() -> set[str]:
    """The templates that print a value."""
    root = ROOT / "templates"
    return {str(at.relative_to(root)) for at in root.rglob("*.*") if "{{" in at.read_text("utf-8")}


def expects_text(hostile: Mapping[str, Shown], plain: Mapping[str, Shown] | None) -> None:
    """Each place is as it is with harmless words there, or at least what a page may be."""
    evil = [name for name, each in hostile.items() if "evil" in each.body]
    assert len(evil) > 50, evil
    for name, each in hostile.items():
        try:
            expects_data(each, plain[name] if plain else None)
        except AssertionError as trouble:
            raise AssertionError(f"{name}: {trouble}") from trouble


def expects_data(reply: Shown, plain: Shown | None) -> None:
    assert plain is None or (reply.status, reply.kind) == (plain.status, plain.kind)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    for value in reply.headers.values():
        assert "Set-Cookie: evil" not in value
        assert not {"\r", "\n"} & set(value)
    match reply.kind:
        case "text/html":
            if plain is not None:
                expects_only_text(parse(reply.body), parse(plain.body))
            expects_nothing_reached(parse(reply.body))
        case "application/json" | "application/problem+json":
            for html in fragments(json.loads(reply.body)):
                expects_nothing_reached(parse(html))
        case "text/csv":
            for row in csv.reader(io.StringIO(reply.body)):
                assert not [cell for cell in row if cell.startswith(FORMULA)]
        case "image/svg+xml":
            assert "evil" not in reply.body
        case "text/markdown" | "application/zip" | "application/octet-stream":
            assert reply.headers["Content-Disposition"].startswith("attachment")
        case kind:
            assert kind in KINDS or "evil" not in reply.body, kind


KINDS = ("text/plain", "text/event-stream")
"""What no browser takes for a page, as it may not look for itself what it is."""


def fragments(value: Any) -> Iterator[str]:
    """Parts of pages among the values of JSON: what was planted begins with a word."""
    match value:
        case dict():
            for each in value.values():
                yield from fragments(each)
        case list():
            for each in value:
                yield from fragments(each)
        case str() if value.startswith("<"):
            yield value
