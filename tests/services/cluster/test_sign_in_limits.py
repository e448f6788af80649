"""Wrong passwords count in all processes together, whichever of them they are sent to."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import httpx
import pytest

from tests.services.support.fleet import Member

pytestmark = pytest.mark.services

LIMIT, TRIES = 5, 25


def wrong_password(member: Member, name: str) -> int:
    with httpx.Client(base_url=member.base_url, trust_env=False, timeout=30) as client:
        client.get("/login/")
        (token,) = [value for cookie, value in client.cookies.items() if "csrf" in cookie]
        said = {"login": name, "password": "a wrong one", "csrfmiddlewaretoken": token}
        return client.post("/login/", data=said).status_code


def test_what_one_process_counted_holds_up_in_the_other(pair: list[Member]) -> None:
    members = cycle(pair)
    statuses = [wrong_password(next(members), "one-by-one") for _ in range(TRIES)]
    assert statuses == [200] * LIMIT + [429] * (TRIES - LIMIT)


def test_several_processes_at_once_let_no_more_through(pair: list[Member]) -> None:
    members = [member for member, _ in zip(cycle(pair), range(TRIES), strict=False)]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(wrong_password, members, ["at-once"] * TRIES))
    assert sorted(statuses) == [200] * LIMIT + [429] * (TRIES - LIMIT)
