"""A page that was opened under another address than the site's names the right one."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client

from tests.chatsite.test_settings import PRODUCTION, Load, load
from tests.support.living import Living, living, owner

__all__ = ["living", "load", "owner"]

pytestmark = pytest.mark.django_db
ORIGIN = site.PUBLIC_ORIGIN


def page(host: str, path: str = "/login/", **more: Any) -> Any:
    return Client(headers={"Host": host}).get(path, **more)


@pytest.mark.parametrize("host", ["192.168.1.5:8000", "chat.lan", "0.0.0.0:8000", "nonsense::"])
def test_a_name_that_is_not_the_sites_is_refused_with_the_one_that_is(host: str) -> None:
    reply = page(host)
    assert reply.status_code == 400
    assert f'<a href="{ORIGIN}/">{ORIGIN}</a>' in reply.content.decode()


@pytest.mark.parametrize("host", ["127.0.0.1:9000", "localhost:9000", "localhost"])
def test_another_port_is_served_and_told(host: str) -> None:
    reply = page(host)
    assert reply.status_code == 200
    assert f'<a href="{ORIGIN}/">' in reply.content.decode()


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST:8000", "[::1]:8000"]
)
def test_under_its_own_address_nothing_is_told(host: str) -> None:
    assert "another address" not in page(host).content.decode()


@pytest.mark.parametrize("host", ["chat.example.org", "chat.example.org:443"])
def test_the_usual_port_may_be_spelled(settings: Any, load: Load, host: str) -> None:
    for name, value in load(**PRODUCTION).items():
        if name.startswith(("SECURE_", "ALLOWED_", "PUBLIC_", "WEBSOCKET_")):
            setattr(settings, name, value)
    reply = page(host, secure=True)
    assert (reply.status_code, "another address" in reply.content.decode()) == (200, False)


@pytest.mark.parametrize(("host", "told"), [("localhost:9000", True), ("localhost:8000", False)])
async def test_a_conversation_knows_where_its_socket_would_be_let_in(
    living: Living, host: str, told: bool
) -> None:
    generation = await living.ended("Yes.")

    def look() -> Any:
        client = Client(headers={"Host": host})
        client.force_login(living.owner)
        return client.get(f"/c/{generation.conversation_id}/")

    reply = await living.do(look)
    assert (f'data-address="{ORIGIN}"' in reply.content.decode()) is told
