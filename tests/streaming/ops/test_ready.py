"""`/readyz`: whether a balancer should send work to this process, and if not, which part is why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from streaming.ops import health
from streaming.site import is_serving
from tests.chatsite.test_settings import PRODUCTION, Load, load
from tests.support.living import Living
from tests.support.tabs import Tab

__all__ = ["load"]


async def ready() -> tuple[int, dict[str, str]]:
    reply = await Tab().get("/readyz")
    return reply.status_code, json.loads(reply.content)


READY = {
    "status": "ready",
    "serving": "ok",
    "database": "ok",
    "migrations": "ok",
    "layer": "ok",
}


async def test_a_site_that_takes_work_says_how_each_part_stands(living: Living) -> None:
    assert await ready() == (200, READY)


async def test_while_shutting_down_no_more_work_should_come_and_the_site_is_alive(
    living: Living,
) -> None:
    living.site.closing = True
    told = {"status": "not ready: serving", "serving": "shutting down"}
    assert await ready() == (503, READY | told)
    assert (await Tab().get("/healthz")).status_code == 200


@pytest.mark.django_db
def test_a_process_that_has_not_started_is_not_ready() -> None:
    health._all_applied.cache_clear()
    reply = Client().get("/readyz")
    assert (reply.status_code, reply.json()["serving"]) == (503, "not started")


@pytest.mark.parametrize(("part", "says"), [("database", "written"), ("migrations", "migrate")])
async def test_the_part_that_is_not_ready_is_named(
    living: Living, monkeypatch: pytest.MonkeyPatch, part: str, says: str
) -> None:
    trouble = {"database": health.UNWRITABLE, "migrations": health.MIGRATE}[part]
    monkeypatch.setattr(health, f"{part}_trouble", lambda: trouble)
    status, told = await ready()
    assert (status, told["status"]) == (503, f"not ready: {part}")
    assert says in told[part]


class Deaf:
    """A layer whose server is gone."""

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        raise ConnectionRefusedError


async def test_a_layer_that_cannot_be_rung_is_named(
    living: Living, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CHANNEL_LAYERS = {"bus": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
    assert await ready() == (200, READY)
    monkeypatch.setattr(health, "get_channel_layer", lambda name: Deaf())
    status, told = await ready()
    assert (status, told["status"]) == (503, "not ready: layer")


# Who asks by address, past the proxy that knows the site's name


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
@pytest.mark.django_db
def test_a_public_site_answers_probes_from_this_machine_by_its_address(
    settings: Any, load: Load, path: str
) -> None:
    for name, value in load(**PRODUCTION).items():
        if name.startswith(("SECURE_", "ALLOWED_", "PUBLIC_")):
            setattr(settings, name, value)
    near = Client(headers={"Host": "127.0.0.1:8000"})
    assert near.get(path).status_code == 200
    assert near.get("/login/").status_code == 400
    assert Client(headers={"Host": "[::1]:8000"}).get(path).status_code == 200
    assert Client(headers={"Host": ""}).get(path).status_code == 200
    through_a_proxy = Client(headers={"Host": "127.0.0.1:8000", "X-Forwarded-For": "8.8.8.8"})
    assert through_a_proxy.get(path).status_code == 400
    assert not is_serving()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize(
    "name",
    ["rebound.example:8000", "127.0.0.1.rebound.example", "2130706433", "web-1:8000", "[::1].x"],
)
@pytest.mark.django_db
def test_a_page_that_makes_its_own_name_lead_to_this_machine_reads_nothing(
    settings: Any, load: Load, path: str, name: str
) -> None:
    assert Client(headers={"Host": name}).get(path).status_code == 400
    for setting, value in load(**PRODUCTION).items():
        if setting.startswith(("SECURE_", "ALLOWED_", "PUBLIC_")):
            setattr(settings, setting, value)
    assert Client(headers={"Host": name}).get(path).status_code == 400
