"""The mail server, read from its URL, which may hold a password: no error message repeats it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

NEAR = {"127.0.0.1", "localhost", "::1"}
SCHEMES = ("smtp", "smtps")
OPTIONS = {"from", "tls"}
LIKE = (
    "write it like smtp://user:password@mail.example.org:587?from=chat@example.org, "
    "or smtps:// for a server that speaks TLS from the start."
)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and who it says it is from."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    starttls: bool
    sender: str


def read_mail_server(environ: Mapping[str, str], name: str, public_host: str) -> MailServer | None:
    """None where it is not set: no mail is sent then.

    `smtp` uses STARTTLS, unless the server is on this machine or the URL says `tls=off`.
    """
    url = environ.get(name) or ""
    if not url:
        return None
    try:
        return _read(url, public_host)
    except (ValueError, KeyError, ValidationError):
        raise ImproperlyConfigured(f"{name} cannot be read; {LIKE}") from None


def _read(url: str, public_host: str) -> MailServer:
    parts = urlsplit(url)
    options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    host, tls = parts.hostname or "", parts.scheme == "smtps"
    if parts.scheme not in SCHEMES or not host or parts.path.strip("/") or parts.port == 0:
        raise ValueError
    if options.keys() - OPTIONS or options.get("tls", ["on"])[-1] not in ("on", "off"):
        raise ValueError
    near = host in NEAR
    starttls = not tls and not near and options.get("tls", ["on"])[-1] == "on"
    sender = options.get("from", [f"chatsite@{public_host}"])[-1]
    if "from" in options:
        validate_email(sender)
    usual = 465 if tls else 25 if near else 587
    return MailServer(
        host=host,
        port=parts.port or usual,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=starttls,
        sender=sender,
    )
