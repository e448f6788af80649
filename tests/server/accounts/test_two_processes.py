"""Two processes of one site: what is counted in one counts in both, and so do roles."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from tests.support.document import parse
from tests.support.people.factors import SECRET, code_of
from tests.support.site import Site
from tests.support.visitor import Visitor

pytestmark = pytest.mark.server

ADA, PASSWORD = "ada", "a long word of passage"
MAKE = f"""
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from chatsite.accounts.second_factors.adapter import purpose_of
from streaming.catalog import sealed_keys
for name in ("ada", "grace"):
    made = User.objects.create_user(name, password={PASSWORD!r})
sealed = sealed_keys.seal({SECRET!r}, purpose_of(made))
Authenticator.objects.create(user=made, type="totp", data={{"secret": sealed}})
"""
HOLDS_WITHIN = 5.0
Two: TypeAlias = tuple[Site, Site]
Come: TypeAlias = "Callable[[Site], Guest]"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    first, second = Site(tmp_path / "data"), Site(tmp_path / "data")
    try:
        first.start()
        first.manage("shell", "-c", MAKE)
        second.start()
        yield first, second
    finally:
        first.end()
        second.end()


@pytest.fixture
async def guest_at() -> AsyncIterator[Callable[[Site], Guest]]:
    """Makes guests, whose connections end with the test."""
    guests: list[Guest] = []

    def come(site: Site) -> Guest:
        guests.append(Guest(site))
        return guests[-1]

    yield come
    for guest in guests:
        await guest.http.aclose()


class Guest:
    """Somebody with a browser of their own, at one of the processes."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = httpx.AsyncClient(base_url=site.base_url, trust_env=False, timeout=30)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        if not any("csrftoken" in name for name in self.http.cookies):
            await self.http.get("/login/")
        [token] = [text for name, text in self.http.cookies.items() if "csrftoken" in name]
        return await self.http.post(path, data={"csrfmiddlewaretoken": token, **fields})

    async def signs_in(self, name: str = ADA, password: str = PASSWORD) -> int:
        return (await self.post("/login/", login=name, password=password)).status_code

    @property
    def cookies(self) -> str:
        return "; ".join(f"{name}={text}" for name, text in self.http.cookies.items())


async def test_failed_sign_ins_count_in_both(two: Two, guest_at: Come) -> None:
    """Of five wrong passwords three come to one process, and both refuse the right one then."""
    first, second = two
    for site in (first, second, first, second, first):
        assert await guest_at(site).signs_in(password="a wrong word") == 200
    for site in two:
        assert await guest_at(site).signs_in() == 429
    assert await guest_at(second).signs_in("grace") == 302


async def test_wrong_codes_count_in_both(two: Two, guest_at: Come) -> None:
    guests = [guest_at(site) for site in two]
    for guest in guests:
        assert await guest.signs_in("grace") == 302
    for guest in (*guests, *guests, guests[0]):
        assert (await guest.post("/login/second/", code="000000")).status_code == 400
    for guest in guests:
        refused = await guest.post("/login/second/", code=code_of(SECRET))
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) <= 60


async def test_a_code_that_one_process_accepted_the_other_refuses(two: Two, guest_at: Come) -> None:
    guests = [guest_at(site) for site in two]
    for guest in guests:
        assert await guest.signs_in("grace") == 302
    code = code_of(SECRET, 1)
    replies = [await guest.post("/login/second/", code=code) for guest in guests]
    assert [reply.status_code for reply in replies] == [302, 400]


@pytest.mark.alone
async def test_another_role_given_in_one_holds_in_the_other(two: Two, guest_at: Come) -> None:
    """At the next request, and for the open page within five seconds."""
    first, second = two
    guest = guest_at(second)
    assert await guest.signs_in() == 302
    assert (await guest.http.get("/")).status_code == 200
    address = second.base_url.replace("http", "ws", 1) + "/ws/"
    headers = {"Cookie": guest.cookies}
    async with Visitor(first) as chief:
        row = (await chief.page("/people/")).all("data-person")
        [ada] = [one.attributes["data-person"] for one in row if ADA in one.text().split()[0]]
        async with connect(
            address, origin=Origin(second.origin), additional_headers=headers, proxy=None
        ) as socket:
            changed = await chief.post(f"/people/{ada}/role/", role="read-only")
            assert changed.status_code == 303
            then = time.monotonic()
            refused = await guest.post("/projects/", title="A project")
            assert refused.status_code == 403
            with pytest.raises(ConnectionClosed) as closed:
                while True:
                    await socket.recv()
            assert time.monotonic() - then < HOLDS_WITHIN
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4403
    page = parse((await guest.http.get("/")).text)
    assert "may only read" in page.text()
