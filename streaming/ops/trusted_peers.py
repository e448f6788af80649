"""Who asks from this machine, or monitors the site from an allowed address: by address alone."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP")


def is_trusted_peer(request: HttpRequest) -> bool:
    """Whether this machine, or an address of METRICS_ALLOW, asks itself and not through a proxy.

    Everything that a proxy on this machine passes on comes from this machine, too.
    """
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        peer = ip_address(request.META.get("REMOTE_ADDR") or "")
    except ValueError:
        return False
    peer = getattr(peer, "ipv4_mapped", None) or peer
    return peer.is_loopback or any(peer in network for network in settings.METRICS_ALLOW)
