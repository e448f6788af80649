"""Where a person is signed in, and how that is ended elsewhere."""

from __future__ import annotations

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from tests.chatsite.accounts.signing_in import ada, sign_in
from tests.support.document import Element, parse

__all__ = ["ada"]

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
)


def browser(agent: str = FIREFOX, address: str = "203.0.113.7") -> Client:
    client = Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert sign_in(client).status_code == 302
    return client


def sign_ins(client: Client) -> list[Element]:
    return parse(client.get("/sign-ins/").content.decode()).all("data-sign-in")


def is_signed_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


def test_each_browser_is_listed_with_what_is_known_of_it(ada: User) -> None:
    others = [browser(SAFARI, "2001:db8:1:2:3::4"), browser(EDGE, ""), browser("", "198.51.100.3")]
    mine = browser()
    shown = [" ".join(each.text().split()) for each in sign_ins(mine)]
    assert [text.partition(" Signed in")[0] for text in shown] == [
        "Firefox on LinuxThis one 203.0.113.7",
        "A browser that does not say its name 198.51.100.3",
        "Edge on Windows",
        "Safari on iPhone 2001:db8:1:2::",
    ]
    assert all(map(is_signed_in, others))


def test_one_is_signed_out_elsewhere(ada: User) -> None:
    lost, kept, mine = browser(SAFARI), browser(EDGE), browser()
    [row] = [each for each in sign_ins(mine) if "Safari" in each.text()]
    for _ in range(2):
        reply = mine.post("/sign-ins/", {"session": row.attributes["data-sign-in"] or ""})
        assert (reply.status_code, reply["Location"]) == (303, "/sign-ins/")
        assert [is_signed_in(each) for each in (lost, kept, mine)] == [False, True, True]
    assert len(sign_ins(mine)) == 2


def test_all_others_are_signed_out_also_those_of_before(ada: User) -> None:
    before, other, mine = browser(SAFARI), browser(EDGE), browser()
    UserSession.objects.filter(session_key=before.session.session_key).delete()
    mine.post("/sign-ins/", {"session": "others"})
    assert [is_signed_in(each) for each in (before, other, mine)] == [False, False, True]
    [row] = sign_ins(mine)
    assert "data-current" in row.attributes


def test_nobody_ends_another_persons_session(ada: User) -> None:
    mine = browser()
    stranger = Client()
    stranger.force_login(User.objects.create_user("eve"))
    [row] = UserSession.objects.filter(user=ada)
    for chosen in (str(row.pk), "others", "", "x", "9" * 30):
        stranger.post("/sign-ins/", {"session": chosen})
        assert is_signed_in(mine)
    assert len(sign_ins(stranger)) == 1


def test_this_browser_stays_and_a_session_without_a_row_gets_one(ada: User) -> None:
    mine = browser()
    [row] = UserSession.objects.filter(user=ada)
    mine.post("/sign-ins/", {"session": str(row.pk)})
    assert is_signed_in(mine)
    row.delete()
    [shown] = sign_ins(mine)
    assert "data-current" in shown.attributes


def test_what_ended_by_itself_is_not_listed(ada: User) -> None:
    gone, out, mine = browser(SAFARI), browser(EDGE), browser()
    Session.objects.filter(session_key=gone.session.session_key).delete()
    out.post("/logout/")
    assert len(sign_ins(mine)) == 1
    assert UserSession.objects.count() == 1
