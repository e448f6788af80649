"""For everybody: axe-core finds nothing on any page, in light and dark, at a desk and on a phone.

The pages are those of the URL conf: each address that answers GET with a page is looked at, so
a new one cannot be forgotten.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.async_api import Page, ViewportSize

from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import DESKTOP, PHONE
from tests.support.doors import DOORS, OWNER
from tests.support.site import Site

pytestmark = pytest.mark.browser

MAKE = """
import json
from django.contrib.auth.models import User
from django.utils import timezone
from conversations.models import Project
from conversations.transfer.models import Outcome, Transfer
from streaming.models import Generation
from streaming.tools.models import Approval, Tool, ToolServer
from tests.support.rows import long_conversation
owner = User.objects.first()
conversation = long_conversation(owner, 4, {text!r})
run = Generation.objects.filter(conversation=conversation).last()
project = Project.objects.create(owner=owner, name="A project")
transfer = Transfer.objects.create(
    owner=owner, kind="import", status="finished", name="a.zip", made_at=timezone.now()
)
for place, what in enumerate(Outcome.What.values):
    Outcome.objects.create(
        transfer=transfer, place=place, what=what, title="A talk", conversation=conversation,
        messages=2, not_shown=dict(hidden=3), why="It is too large.",
    )
server = ToolServer.objects.create(
    slug="weather", name="Weather", url="https://weather.example/mcp",
    trouble="It cannot be reached.",
)
tool = Tool.objects.create(
    server=server, name="forecast", wire_name="weather_forecast", offered=True,
    description="Tells the weather. " * 40, schema=dict(type="object", description="x" * 200),
)
for where in (None, conversation):
    Approval.objects.create(owner=owner, conversation=where, tool=tool, digest="of before")
print(json.dumps(dict(
    person=owner.pk, conversation=str(conversation.pk), message=run.message_id, generation=run.pk,
    project=project.pk, transfer=str(transfer.pk),
)))
"""
TEXT = (
    "# A heading\n\n## Another\n\nA line with [a link](https://example.org/), `code` and $x^2$.\n\n"
    + "| "
    + " | ".join(f"A wide column {n}" for n in range(12))
    + " |\n"
    + "|"
    + " --- |" * 12
    + "\n"
    + ("| " + " | ".join(["some words in it"] * 12) + " |\n") * 2
    + "\n```python\ndef wide():\n    return "
    + "'a very long line of code' + " * 12
    + "''\n```\n\n"
    + "$$"
    + " + ".join(f"x_{{{n}}}^2" for n in range(80))
    + "$$\n\n"
    + "> A quotation\n\n- [x] done\n- [ ] not done\n\nA note[^1].\n\n[^1]: The note.\n"
)
RUN = """async (rules) => {
    const options = { resultTypes: ["violations"] };
    if (rules) options.runOnly = rules;
    const { violations } = await axe.run(options);
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""
TWICE = """() => {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    return ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `two elements #${id}`);
}"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"
NARROW: ViewportSize = {"width": 320, "height": 640}
"""A small phone; and a window of 640 pixels at 200 %."""


@pytest.fixture(scope="module")
def places(shared_site: Site) -> dict[str, Any]:
    assert shared_site.cookies
    made = shared_site.manage("shell", "-c", MAKE.format(text=TEXT))
    found: dict[str, Any] = json.loads(made.splitlines()[-1])
    return found


def addresses(places: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, door in DOORS.items():
        if door.args == OWNER:
            yield name, reverse(name, args=[places["person"]])
        elif door.whose == "prompt in line":
            yield name, reverse(name, args=[places["conversation"], uuid.uuid4()])
        elif door.whose in places and door.whose != "person":
            yield name, reverse(name, args=[places[door.whose], *door.args])
        elif door.whose in ("person", "anybody", "administrator"):
            yield name, reverse(name, args=door.args)


async def found_on(page: Page) -> list[str]:
    """What axe-core finds in both themes and sizes, and whether the page scrolls sideways."""
    await page.evaluate(AXE_SCRIPT)
    found: list[str] = await page.evaluate(TWICE)
    for size in (DESKTOP, PHONE):
        await page.set_viewport_size(size["viewport"])
        found += [f"{size['viewport']['width']} {line}" for line in await page.evaluate(RUN, None)]
    await page.emulate_media(color_scheme="dark")
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    found += [f"dark {line}" for line in await page.evaluate(RUN, ["color-contrast"])]
    await page.set_viewport_size(NARROW)
    if await page.evaluate(WIDER):
        found.append("it scrolls sideways at 320 px")
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(DESKTOP["viewport"])
    return found


async def test_axe_finds_nothing_on_any_page(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, places: dict[str, Any]
) -> None:
    complaints.expect("40[0-9]|503|favicon")
    page = await open_tab(shared_site, "/healthz", reduced_motion="reduce", **DESKTOP)
    seen, wrong = [], {}
    for name, address in addresses(places):
        reply = await page.context.request.get(shared_site.base_url + address, max_redirects=0)
        if reply.status != 200 or "text/html" not in reply.headers["content-type"]:
            continue
        if (
            "attachment" in reply.headers.get("content-disposition", "")
            or "<html" not in await reply.text()
        ):
            continue
        await page.goto(shared_site.base_url + address)
        seen.append(name)
        if found := await found_on(page):
            wrong[name] = found
    assert len(seen) > 25
    assert wrong == {}
