"""The mail server: its URL, and what happens to mail that it does not take."""

from __future__ import annotations

import logging
import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from chatsite.accounts import mail
from chatsite.mail_url import read_mail_server
from tests.chatsite.test_settings import Load, load

__all__ = ["load"]


def read(url: str) -> Any:
    return read_mail_server({"EMAIL_URL": url}, "EMAIL_URL", "chat.example.org")


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "starttls"),
    [
        ("smtp://mail.example.org", "mail.example.org", 587, False, True),
        ("smtp://mail.example.org:25", "mail.example.org", 25, False, True),
        ("smtp://mail.example.org?tls=off", "mail.example.org", 587, False, False),
        ("smtps://mail.example.org", "mail.example.org", 465, True, False),
        ("smtp://localhost", "localhost", 25, False, False),
        ("smtp://[::1]:2525", "::1", 2525, False, False),
    ],
)
def test_a_url_tells_where_and_how_mail_is_handed_over(
    url: str, host: str, port: int, tls: bool, starttls: bool
) -> None:
    server = read(url)
    assert (server.host, server.port) == (host, port)
    assert (server.tls, server.starttls) == (tls, starttls)
    assert server.sender == "chatsite@chat.example.org"


def test_user_and_password_may_hold_any_character(load: Load) -> None:
    found = load(EMAIL_URL="smtps://me%40example.org:p%3Aw%2F@mail.example.org?from=a@example.org")
    assert found["EMAIL_HOST_USER"] == "me@example.org"
    assert found["EMAIL_HOST_PASSWORD"] == "p:w/"
    assert found["DEFAULT_FROM_EMAIL"] == "a@example.org"
    assert (found["EMAIL_USE_SSL"], found["EMAIL_USE_TLS"]) == (True, False)


def test_without_a_url_nothing_is_sent(load: Load) -> None:
    assert load()["EMAIL_SERVER"] is None
    assert load(EMAIL_URL="")["EMAIL_SERVER"] is None


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://:marker-7f3@",
        "smtp://me:marker-7f3@mail.example.org:port",
        "smtp://me:marker-7f3@mail.example.org:0",
        "smtp://mail.example.org/folder",
        "smtp://mail.example.org?from=nobody",
        "smtp://mail.example.org?tls=perhaps",
        "smtp://mail.example.org?form=a@example.org",
        "smtp://[::1",
    ],
)
def test_a_bad_url_is_named_and_tells_no_password(url: str) -> None:
    with pytest.raises(
        ImproperlyConfigured, match=r"^EMAIL_URL cannot be read; write it like"
    ) as told:
        read(url)
    assert "marker-7f3" not in str(told.value)


class Letterbox(socketserver.StreamRequestHandler):
    """Speaks as much SMTP as one message takes."""

    def handle(self) -> None:
        self._say("220 letterbox")
        for line in self.rfile:
            verb = line.decode().upper()
            if verb.startswith("DATA"):
                self._say("354 go on")
                self.server.taken.append(self._message())  # type: ignore[attr-defined]
            self._say("221 bye" if verb.startswith("QUIT") else "250 fine")

    def _message(self) -> str:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def letterbox() -> Iterator[Any]:
    with socketserver.TCPServer(("127.0.0.1", 0), Letterbox) as server:
        server.taken = []  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def message(port: int) -> EmailMessage:
    backend = EmailBackend(host="127.0.0.1", port=port, username="", password="", use_tls=False)
    return EmailMessage("Hello", "A word", "a@example.org", ["b@example.org"], connection=backend)


def test_mail_is_handed_over_by_another_thread(letterbox: Any) -> None:
    sending = mail.send_soon(message(letterbox.server_address[1]))
    assert sending is not None
    assert sending.result(10) is True
    assert "A word" in letterbox.taken[0]


def test_a_server_that_is_away_is_told_in_the_log_without_the_address(
    letterbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    letterbox.server_close()
    with caplog.at_level(logging.WARNING):
        assert mail.send(message(letterbox.server_address[1])) is False
    assert "A mail could not be sent" in caplog.text
    assert "b@example.org" not in caplog.text


def test_past_so_many_that_wait_mail_is_lost(
    monkeypatch: pytest.MonkeyPatch, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    most, gate = settings.MAILS_WAITING, threading.Event()
    monkeypatch.setattr(mail, "send", lambda message: gate.wait(10))
    waiting = [mail.send_soon(message(1)) for _ in range(most)]
    with caplog.at_level(logging.WARNING):
        assert mail.send_soon(message(1)) is None
    assert "too many wait" in caplog.text
    gate.set()
    assert [sending.result(10) for sending in waiting if sending] == [True] * most
    while mail.send_soon(message(1)) is None:  # the last callback may still be on its way
        pass
