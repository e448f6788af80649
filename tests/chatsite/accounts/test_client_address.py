"""Which address a request comes from: trusted proxies are believed, and nobody else."""

from __future__ import annotations

import logging
from ipaddress import ip_network
from typing import Any

import pytest
from django.test import RequestFactory

from chatsite.accounts import client_address as module
from chatsite.accounts.client_address import client_address
from tests.chatsite.test_settings import PRODUCTION, Load, load

__all__ = ["load"]

PROXIES = (ip_network("127.0.0.0/8"), ip_network("::1"), ip_network("10.0.0.0/8"))


@pytest.fixture
def behind_proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = PROXIES


def address(peer: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory(headers=headers).get("/", REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),  # the first is what a visitor says
        ("127.0.0.1", "203.0.113.9, 192.0.2.7, 10.1.1.1", "192.0.2.7"),
        ("::1", "192.0.2.7:51234", "192.0.2.7"),
        ("::ffff:127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("127.0.0.1", "2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # a stranger that claims to be a proxy
        ("fe80::1%eth0", None, "fe80::/64"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_nearest_that_is_no_trusted_proxy_is_the_client(
    behind_proxies: None, peer: str, forwarded: str | None, client: str
) -> None:
    assert address(peer, forwarded) == client


def test_without_a_proxy_nothing_that_is_said_is_believed() -> None:
    assert address("127.0.0.1", "192.0.2.7") == "127.0.0.1"


def test_a_public_site_has_a_proxy_on_its_machine_unless_it_names_others(load: Load) -> None:
    assert load()["TRUSTED_PROXIES"] == ()
    assert [str(network) for network in load(**PRODUCTION)["TRUSTED_PROXIES"]] == [
        "127.0.0.0/8",
        "::1/128",
    ]
    named = load(TRUSTED_PROXIES="172.16.0.0/12", **PRODUCTION)["TRUSTED_PROXIES"]
    assert named == (ip_network("172.16.0.0/12"),)


def test_a_proxy_that_is_not_named_is_told_of_once(
    behind_proxies: None, caplog: pytest.LogCaptureFixture
) -> None:
    module._warn_once.cache_clear()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert address("172.18.0.5", "192.0.2.7") == "172.18.0.5"
    assert ["TRUSTED_PROXIES" in line for line in caplog.messages] == [True]
