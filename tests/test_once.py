"""R8: each form of the site that changes something, sent twice as without script, does it once.

The forms are found by the addresses of the site: a door that takes a form and has none here fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse

from conversations.models import Deletion
from streaming.models import Generation
from tests.chatsite.accounts.single_sign_on.signing_on import provider
from tests.chatsite.test_settings import load
from tests.support.filled_forms import FORMS, Filled
from tests.support.living import Living, living, owner
from tests.support.network.oidc import OpenIDProvider
from tests.support.puppet import PATIENCE_SECONDS, Puppet
from tests.support.stages import Sent
from tests.support.tabs import Tab, place_of, tab
from tests.test_ownership import DOORS, House, house

__all__ = ["house", "living", "load", "owner", "provider", "tab"]

Rows: TypeAlias = Mapping[str, Mapping[Any, Mapping[str, Any]]]
"""Of each table its rows, by their primary keys."""

MAY_DIFFER: Mapping[str, frozenset[str]] = {
    "sessions.session": frozenset({"session_data", "expire_date"}),  # renewed by each visit
    "streaming.worker": frozenset({"lease_until"}),  # renewed by the clock
    "accounts.cacheentry": frozenset({"value", "expires"}),  # attempts to sign in are counted
    "auth.user": frozenset({"last_login"}),
    "usersessions.usersession": frozenset({"last_seen_at"}),  # renewed by the page that lists it
    "transfer.transfer": frozenset({"status", "worker", "size", "done", "ended_at"}),  # as above
    "titles.titlerequest": frozenset({"status"}),  # done or dropped in the background
}
"""All other columns of all tables are compared, and whether each row is there."""


COUNTS = "accounts.cacheentry "


@pytest.fixture
async def chief(living: Living) -> Tab:
    tab = Tab()
    await tab.sign_in(await living.do(lambda: User.objects.create_superuser("chief")))
    return tab


async def test_every_door_that_takes_a_form_is_sent_one(house: House, chief: Tab) -> None:
    """Asked with a method that none takes, each door says which it takes, or leads elsewhere."""
    takes_forms = set()
    for name in DOORS:
        refused = await chief.request("delete", house.address(name))
        if "POST" in refused.headers.get("Allow", "POST"):
            takes_forms.add(name)
    assert takes_forms == {form.door for form in FORMS}


def rows() -> Rows:
    """All that the database holds, but for what may differ."""
    return {model._meta.label_lower: dict(_compared(model)) for model in apps.get_models()}


def _compared(model: Any) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    left_out = MAY_DIFFER.get(model._meta.label_lower, frozenset())
    for row in model._base_manager.values():
        compared = {column: value for column, value in row.items() if column not in left_out}
        yield row[model._meta.pk.attname], compared


def differences(before: Rows, after: Rows) -> list[str]:
    """Each row that came or went, and each column that changed."""
    return [
        f"{table} {pk}: {_difference(before[table].get(pk, {}), after[table].get(pk, {}))}"
        for table in before
        for pk in before[table].keys() | after[table].keys()
        if before[table].get(pk) != after[table].get(pk)
    ]


def _difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    names = sorted(old.keys() | new.keys())
    return ", ".join(
        f"{name} {old.get(name)!r} is {new.get(name)!r}"
        for name in names
        if old.get(name) != new.get(name)
    )


async def settled(living: Living) -> Rows:
    """What is kept once all that was begun has ended."""
    while not await living.do(_is_settled):  # noqa: ASYNC110 (emptying says nothing at its end)
        await asyncio.sleep(0.01)
    await living.until_idle()
    return await living.do(rows)


def _is_settled() -> bool:
    doomed = Deletion.objects.filter(purged_at=None).exclude(doomed_at=None)
    running = Generation._base_manager.filter(status=Generation.Status.RUNNING)
    return not doomed.exists() and not running.exists()


@asynccontextmanager
async def answers(puppet: Puppet) -> AsyncIterator[None]:
    """Upstream says a few words to each request."""

    async def answer() -> None:
        while True:
            with suppress(TimeoutError):
                talk = await puppet.talk()
                await talk.say("A few words")
                await talk.finish()

    task = asyncio.create_task(answer())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def send(form: Filled, sent: Sent, key: str, who: Tab) -> HttpResponse:
    path = sent.path or reverse(form.door, args=sent.args)
    if sent.path:  # the page of the form is where the link leads
        path = place_of(await who.get(path)) if not key else path
    return await who.post(path, htmx=False, **{"key": key, **form.fields, **sent.fields})


async def test_looking_at_a_page_changes_nothing(house: House, chief: Tab, tab: Tab) -> None:
    """But for what says that it was seen, which is told by a picture where there is no script."""
    before = await house.living.do(rows)
    for name in DOORS.keys() - {"streaming:seen"}:
        for who in (tab, chief, Tab()):
            assert (await who.get(house.address(name))).status_code < 500, name
    after = await house.living.do(rows)
    assert [line for line in differences(before, after) if not line.startswith("sessions.")] == []


@pytest.mark.parametrize("form", FORMS, ids=str)
async def test_r8_the_same_form_again_changes_nothing_more(
    house: House,
    tab: Tab,
    chief: Tab,
    form: Filled,
    settings: Any,
    load: Any,
    provider: OpenIDProvider,
) -> None:
    settings.EMAIL_SERVER = load(EMAIL_URL="smtp://127.0.0.1")["EMAIL_SERVER"]
    who = {"owner": tab, "administrator": chief, "visitor": Tab()}[form.who]
    sent, key = await form.stage(house) if form.stage else Sent(), str(uuid4())
    living = house.living
    before = await living.do(rows)
    async with asyncio.timeout(3 * PATIENCE_SECONDS), answers(living.puppet):
        first = await send(form, sent, key, who)
        assert first.status_code in (200, 201, 302, 303), first.content
        if sent.ends is not None:
            await sent.ends.finishes()
        after = await settled(living)
        made = [line for line in differences(before, after) if not line.startswith(COUNTS)]
        assert bool(made) is not form.looks
        again = await send(form, sent, key, who)
        assert again.status_code < 500
        assert differences(after, await settled(living)) == []
