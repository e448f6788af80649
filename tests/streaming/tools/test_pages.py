"""From an administrator's form to a call in a conversation, with the demo's tools."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.contrib.auth.models import User

from conversations.models import Conversation
from streaming.demo.serving.server import DemoUpstream
from streaming.tools import running
from streaming.tools.allowing import allow
from streaming.tools.models import Approval, SwitchedTool, Tool, ToolServer
from streaming.tools.offered import offered_in
from streaming.tools.servers.address import headers_of
from tests.streaming.tools.desk import server, talk, tool
from tests.support.document import parse
from tests.support.living import Living
from tests.support.tabs import Tab

TOKEN = "marker-token-77a1"


@pytest.fixture
async def chief(living: Living) -> Tab:
    tab = Tab()
    await tab.sign_in(await living.do(lambda: User.objects.create_superuser("chief")))
    return tab


@pytest.fixture
async def demo(settings: Any) -> AsyncIterator[DemoUpstream]:
    async with DemoUpstream(say=lambda line: None) as upstream:
        settings.LOCAL_TOOL_SERVERS = {("127.0.0.1", int(upstream.url.rpartition(":")[2]))}
        yield upstream


async def page(tab: Tab, path: str) -> str:
    reply = await tab.get(path)
    assert reply.status_code == 200, path
    return reply.content.decode()


async def test_from_a_form_to_a_call(
    living: Living, chief: Tab, tab: Tab, demo: DemoUpstream
) -> None:
    added = await chief.post("/tools/add/", name="Demo", url=f"{demo.url}/mcp", token=TOKEN)
    assert added["Location"].startswith("/tools/demo-2/")  # `demo` is kept for the demo's own
    row = await living.do(ToolServer.objects.get)
    assert TOKEN not in row.sealed
    assert await living.do(lambda: headers_of(row)) == {"Authorization": f"Bearer {TOKEN}"}

    looked = await chief.post("/tools/demo-2/look/")
    shown = await page(chief, looked["Location"])
    assert "Says HTML with a script." in shown
    assert TOKEN not in shown
    echo = await living.do(lambda: Tool.objects.get(name="echo"))
    await chief.post("/tools/demo-2/offer/", offer=str(echo.pk))

    thread = await living.do(lambda: talk(living.owner))
    path = f"/c/{thread.pk}/tools/"
    document = parse(await page(tab, path))
    boxes = [box.attributes["value"] for box in document.all("name") if "value" in box.attributes]
    assert [box for box in boxes if box.startswith("demo")] == ["demo-2_echo"]
    await tab.post(path, on="demo-2_echo")
    await tab.post(path, on="demo-2_echo")
    assert [one.name for one in await living.do(lambda: offered_in(thread.pk))] == ["demo-2_echo"]
    reply = await running.run(thread.pk, living.owner.pk, "demo-2_echo", {"text": "Hello"})
    assert (reply.text, demo.tools.counts.calls["echo"]) == ("Hello", 1)

    await chief.post("/tools/demo-2/switch/", enabled="off")
    assert await living.do(lambda: offered_in(thread.pk)) == ()
    gone = await running.run(thread.pk, living.owner.pk, "demo-2_echo", {"text": "Hello"})
    assert (gone.is_error, gone.may_have_run) == (True, False)


async def test_a_token_goes_only_where_it_was_entered_for(living: Living, chief: Tab) -> None:
    url = "https://news.example/mcp"
    await chief.post("/tools/add/", name="News", url=url, token=TOKEN)
    moved = await chief.post("/tools/news/", name="News", url="https://evil.example/mcp")
    assert moved.status_code == 400
    assert "Enter the token again" in moved.content.decode()
    await chief.post("/tools/news/", name="Renamed", url=url)
    row = await living.do(ToolServer.objects.get)
    assert (row.name, bool(row.sealed)) == ("Renamed", True)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/mcp", "http://10.0.0.1/mcp", "file:///etc/passwd", "nonsense"]
)
async def test_an_address_inside_is_refused(living: Living, chief: Tab, url: str) -> None:
    reply = await chief.post("/tools/add/", name="Inside", url=url)
    assert reply.status_code == 400
    assert not await living.do(ToolServer.objects.exists)


async def test_what_a_server_says_is_shown_as_text(living: Living, chief: Tab, tab: Tab) -> None:
    evil = "<script>alert(1)</script>"

    def make() -> Conversation:
        tool(server(), title=evil, description=evil, schema={"description": evil})
        return talk(living.owner)

    thread = await living.do(make)
    for who, path in ((chief, "/tools/weather/"), (tab, f"/c/{thread.pk}/tools/")):
        shown = await page(who, path)
        assert evil not in shown
        assert "&lt;script&gt;alert(1)" in shown


async def test_what_was_approved_is_shown_and_revoked(living: Living, tab: Tab) -> None:
    def make() -> Conversation:
        one = tool(server())
        thread = talk(living.owner, one)
        allow(living.owner.pk, None, one.wire_name)
        allow(living.owner.pk, thread.pk, one.wire_name)
        stranger = User.objects.create_user("stranger")
        allow(stranger.pk, None, one.wire_name)
        return thread

    await living.do(make)
    shown = await page(tab, "/tools/allowed/")
    assert shown.count("forecast") == 2
    theirs = await living.do(lambda: Approval.objects.get(owner__username="stranger"))
    await tab.post("/tools/allowed/", approval=str(theirs.pk))
    assert await living.do(Approval.objects.count) == 3
    await tab.post("/tools/allowed/", approval="all")
    assert [row.pk for row in await living.do(lambda: list(Approval.objects.all()))] == [theirs.pk]


async def test_tools_can_be_switched_off_and_unknown_ones_do_nothing(
    living: Living, tab: Tab
) -> None:
    thread = await living.do(lambda: talk(living.owner, "current_time", tool(server())))
    await tab.post(f"/c/{thread.pk}/tools/", on="calculate")
    rows = await living.do(lambda: [str(row) for row in SwitchedTool.objects.all()])
    assert rows == ["calculate"]
    await tab.post(f"/c/{thread.pk}/tools/", on="weather_nothing")
    assert not await living.do(SwitchedTool.objects.exists)
