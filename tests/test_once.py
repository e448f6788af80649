"""Each door that changes something: its plain form sent twice, as without script, does it once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from tests.support.living import living, owner
from tests.support.tabs import Tab, tab
from tests.test_ownership import DOORS, House, house

__all__ = ["house", "living", "owner", "tab"]

CHANGING = [
    name
    for name, door in DOORS.items()
    if door.method == "post" and door.whose not in ("administrator", "anybody")
]


async def rows(house: House) -> list[list[Any]]:
    return [[row.get("id") for row in table] for table in await house.contents()]


@pytest.mark.parametrize("name", [name for name in CHANGING if name != "account_logout"])
async def test_r8_the_same_form_twice_makes_and_takes_nothing_more(
    house: House, tab: Tab, name: str
) -> None:
    path, key = house.address(name), str(uuid4())
    fields = {"key": key, **DOORS[name].fields}
    first = await tab.post(path, htmx=False, **fields)
    assert first.status_code in (200, 303, 409), first.content
    made = await rows(house)
    again = await tab.post(path, htmx=False, **fields)
    assert again.status_code in (200, 303, 404, 409), again.content
    assert await rows(house) == made
