"""Every door that takes a form, and every address with something after its question mark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.urls import resolve
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.depth import fuzzed, nothing_breaks
from tests.fuzz.standing import URL, address, field_names
from tests.fuzz.values import TEXTS
from tests.support.doors import DOORS
from tests.support.filled_forms import FORMS
from tests.support.living import Living, living, owner
from tests.support.people.factors import proven
from tests.support.tabs import Tab, tab

__all__ = ["living", "owner", "tab"]


def _on_this_machine(fields: Mapping[str, Any]) -> dict[str, str]:
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    return {name: URL if "://" in value else value for name, value in texts.items()}


ENDS = ("account_logout", "account_delete", "people:switch", "people:sign-out", "account_sign_ins")
"""They end the session of whoever fills them in; the last of them may."""
REACHES_OUT = ("tools:look", "tools:connect", "providers:test", "tools:callback")
"""They ask a server first, which is what other tests are about."""
POSTED = sorted({form.door for form in FORMS} - {*ENDS, *REACHES_OUT})
FOUND = sorted(name for name in DOORS if name not in (*ENDS, *REACHES_OUT, "enter"))
FILLED = {
    name: [_on_this_machine(form.fields) for form in FORMS if form.door == name] for name in POSTED
}

NAMES = st.sampled_from(field_names()) | TEXTS
FIELDS = st.dictionaries(NAMES, st.lists(TEXTS, min_size=1, max_size=2), max_size=5)
TOO_LARGE = (str(2**63), "9" * 400)
FORM = "application/x-www-form-urlencoded"


def encoded(fields: Mapping[str, list[str]]) -> bytes:
    """As a browser would never do it: halves of pairs become bytes that are no UTF-8."""
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in pairs).encode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"))


@pytest.fixture
async def chief(living: Living, tab: Tab) -> Tab:
    """The owner as an administrator who just gave a password, to whom every door is open."""
    await living.do(lambda: User.objects.update(is_superuser=True, is_staff=True))
    await living.do(lambda: proven(tab.client, living.owner))
    return tab


@st.composite
def filled(draw: st.DrawFn) -> tuple[str, bytes]:
    """A form as it should be but for some fields."""
    name = draw(st.sampled_from(POSTED))
    proper = draw(st.sampled_from(FILLED[name]))
    right = {field: [value] for field, value in proper.items()}
    wrong = draw(FIELDS)
    for field in draw(st.sets(st.sampled_from(sorted(right)))) if right else ():
        right[field] = [draw(TEXTS)]
    return name, encoded({"key": [str(draw(st.uuids()))]} | right | wrong)


async def test_each_door_has_an_address(living: Living) -> None:
    """Also those that a short run does not happen to draw."""
    paths = await living.do(lambda: [address(name, living.owner) for name in FOUND])
    assert [resolve(path).view_name for path in paths] == FOUND


async def test_no_number_is_too_large_for_a_door(living: Living, chief: Tab) -> None:
    """In any field of a form, or of an address: no database takes these for the number of a row."""
    for name, field, number in with_too_large():
        path = await living.do(partial(address, name, living.owner))
        body = encoded(field | {"key": [str(uuid4())]})
        with nothing_breaks():
            if name in POSTED:
                reply: Any = await chief.request("post", path, data=body, content_type=FORM)
            else:
                reply = await chief.get(f"{path}?{body.decode()}")
        assert reply.status_code < 500, (name, number)


def with_too_large() -> Iterator[tuple[str, dict[str, list[str]], str]]:
    """Each form with such a number in one field; each page asked with it in all of them."""
    for number in TOO_LARGE:
        for name in FOUND:
            yield name, {each: [number] for each in field_names()}, number
        for name in POSTED:
            for proper in FILLED[name]:
                right = {each: [value] for each, value in proper.items()}
                yield from ((name, right | {each: [number]}, number) for each in right)


@fuzzed(120)
@given(form=filled(), htmx=st.booleans())
async def test_no_form_breaks_a_door(
    living: Living, chief: Tab, form: tuple[str, bytes], htmx: bool
) -> None:
    name, body = form
    path = await living.do(lambda: address(name, living.owner))
    headers = {"HX-Request": "true"} if htmx else {}
    with nothing_breaks():
        reply = await chief.request("post", path, data=body, content_type=FORM, headers=headers)
    assert reply.status_code < 500


@fuzzed(60)
@given(name=st.sampled_from(FOUND), asked=FIELDS)
async def test_no_question_breaks_a_page(
    living: Living, chief: Tab, name: str, asked: dict[str, list[str]]
) -> None:
    path = await living.do(lambda: address(name, living.owner))
    with nothing_breaks():
        reply: Any = await chief.get(f"{path}?{encoded(asked).decode()}")
    assert reply.status_code < 500
