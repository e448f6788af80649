"""Two members who use one server as hard as they can: what either gets shows nothing of the other.

`HAMMER_MINUTES=10` runs for so long.
"""

from __future__ import annotations

import asyncio
import os
import time

import pytest

from tests.server.isolation.member import Member, member
from tests.support.site import Site

pytestmark = pytest.mark.server

SECONDS = 60
AT_ONCE = 3
"""Things that each does at the same time."""


async def hammer(one: Member, other: Member, until: float) -> None:
    while time.monotonic() < until:
        acts = [one.send, one.make, *[one.read] * 6, *[one.find] * 3, one.listen]
        act = one.random.choice([*acts, *[None] * 12])
        if act is not None:
            await act()
        elif one.random.random() < 0.1:
            await one.listen_to(other)
        else:
            await one.knock_at(other)


async def test_two_members_see_nothing_of_each_other(site: Site) -> None:
    assert site.cookies  # the first person, who is an administrator
    seconds = float(os.environ.get("HAMMER_MINUTES") or 0) * 60 or SECONDS
    ada, bob = await member(site, "A", "B"), await member(site, "B", "A")
    for one in (ada, bob):
        for _ in range(3):
            await one.send()
        await one.make()
    until = time.monotonic() + seconds
    pairs = [(ada, bob), (bob, ada)] * AT_ONCE
    await asyncio.gather(*(hammer(one, other, until) for one, other in pairs))
    for one in (ada, bob):
        await one.http.aclose()
        print(one.name, sum(one.seen.values()), dict(one.seen.most_common(8)))
        assert one.seen["other's"] > 2 * seconds
        assert one.seen["frame"] > 0
    assert "Traceback" not in "".join(site.running.printed)
