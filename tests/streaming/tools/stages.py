"""What has to stand before a form about tools can be sent."""

from __future__ import annotations

import uuid

from streaming.tools.allowing import allow
from streaming.tools.models import Approval, Tool, ToolServer
from tests.support.stages import Sent, staged
from tests.test_ownership import House

NEW_SERVER = {
    "name": "News",
    "url": "https://news.example/mcp",
    "token": "t" * 20,
    "made": str(uuid.UUID(int=9)),
}


def _tool() -> Tool:
    server = ToolServer.objects.get(slug="weather")
    return Tool.objects.create(pk=7, server=server, name="forecast", wire_name="weather_forecast")


@staged
def tool_server(house: House) -> Sent:
    _tool()
    return Sent(("weather",))


@staged
def approved(house: House) -> Sent:
    _tool()
    allow(house.living.owner.pk, None, "weather_forecast")
    return Sent(fields={"approval": str(Approval.objects.get().pk)})
