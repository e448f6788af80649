"""Pages for administrators: links for new people, and for those who forgot their password."""

from __future__ import annotations

from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.mail import EmailMessage
from django.test import Client

from chatsite.accounts import mail, people
from tests.chatsite.accounts.signing_in import NAME, NEW, PASSWORD, ada, inputs, sign_in, signed_in
from tests.chatsite.test_settings import load
from tests.support.document import parse
from tests.support.people.factors import proven

__all__ = ["ada", "load"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief(client: Client) -> User:
    """An administrator, signed in with the test's client."""
    chief = User.objects.create_superuser("chief", password=PASSWORD)
    client.force_login(chief)
    proven(client, chief)
    return chief


def shown_link(reply: Any) -> str:
    assert reply.status_code == 200
    return urlsplit(parse(reply.content.decode()).one("data-link").text()).path


def set_password(link: str) -> Client:
    client = Client()
    client.post(client.get(link)["Location"], {"password1": NEW, "password2": NEW})
    return client


def test_a_person_is_added_and_gets_in_by_the_link_once(chief: User, client: Client) -> None:
    link = shown_link(client.post("/people/add/", {"name": "grace"}))
    grace = User.objects.get(username="grace")
    assert (grace.is_staff, grace.is_superuser, grace.has_usable_password()) == (False,) * 3
    assert signed_in(set_password(link))
    assert sign_in(Client(), "grace", NEW).status_code == 302
    assert Client().get(link).status_code == 403


def test_the_form_of_a_person_who_has_not_come_yet_gives_a_link_again(
    chief: User, client: Client
) -> None:
    """A click that came twice leaves the administrator with the link, not with a complaint."""
    form = {"name": "grace", "email": "Grace@EXAMPLE.org"}
    links = [shown_link(client.post("/people/add/", form)) for _ in range(2)]
    assert User.objects.filter(username="grace").count() == 1
    assert client.post("/people/add/", {"name": "grace"}).status_code == 400
    assert signed_in(set_password(links[1]))
    assert client.post("/people/add/", form).status_code == 400


def test_a_password_is_reset_by_a_link_and_holds_until_then(
    chief: User, ada: User, client: Client
) -> None:
    link = shown_link(client.post(f"/people/{ada.pk}/link/"))
    assert sign_in(Client()).status_code == 302
    link = shown_link(client.post(f"/people/{ada.pk}/link/"))  # the sign-in made the first one void
    there = Client()
    there.force_login(User.objects.get(pk=ada.pk))
    link = shown_link(client.post(f"/people/{ada.pk}/link/"))
    assert signed_in(set_password(link))
    assert there.get("/password/change/")["Location"].startswith("/login/")
    assert sign_in(Client()).status_code == 200


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "needs a name"),
        ("Ada", "Somebody has that name."),
        ("ada", "Somebody has that name."),
        ("two words", "Enter a valid username"),
        ("x" * 151, "at most 150 characters"),
        ("a<b>", "Enter a valid username"),
    ],
)
def test_a_name_that_does_not_fit_is_told_and_kept(
    chief: User, ada: User, client: Client, name: str, says: str
) -> None:
    reply = client.post("/people/add/", {"name": name, "email": "a@example.org"})
    assert (reply.status_code, says in reply.content.decode()) == (400, True)
    assert inputs(reply)["email"]["value"] == "a@example.org"
    assert User.objects.count() == 2


def test_the_longest_name_fits(chief: User, client: Client) -> None:
    assert shown_link(client.post("/people/add/", {"name": "x" * 150}))


def test_who_is_switched_off_is_signed_out_and_gets_no_link(
    chief: User, ada: User, client: Client
) -> None:
    there = Client()
    sign_in(there)
    client.post(f"/people/{ada.pk}/switch/", {"enabled": "off"})
    assert there.get("/password/change/")["Location"].startswith("/login/")
    assert client.post(f"/people/{ada.pk}/link/").status_code == 404
    assert "Switched off" in client.get("/people/").content.decode()
    client.post(f"/people/{ada.pk}/switch/", {"enabled": "on"})
    assert sign_in(Client()).status_code == 302


def test_switching_on_brings_no_sign_in_back(chief: User, ada: User, client: Client) -> None:
    there = Client()
    there.force_login(ada)
    for enabled in ("off", "on"):
        client.post(f"/people/{ada.pk}/switch/", {"enabled": enabled})
    assert not signed_in(there)


def test_two_administrators_do_not_switch_each_other_off(
    chief: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other's click comes between the moment in which this one is let in, and its own."""
    other = User.objects.create_superuser("other")
    found = people._person

    def meanwhile(pk: int) -> User:
        User.objects.filter(pk=chief.pk).update(is_active=False)
        return found(pk)

    monkeypatch.setattr(people, "_person", meanwhile)
    reply = client.post(f"/people/{other.pk}/switch/", {"enabled": "off"})
    assert reply["Location"].endswith("?done=last")
    assert User.objects.get(pk=other.pk).is_active


def test_nobody_switches_himself_off(chief: User, client: Client) -> None:
    assert client.post(f"/people/{chief.pk}/switch/", {"enabled": "off"}).status_code == 404
    assert client.get("/people/").status_code == 200


def test_names_are_text_on_the_page(chief: User, client: Client) -> None:
    User.objects.create_user("<b>bold</b>", '"><img src=x>@example.org')
    page = client.get("/people/").content.decode()
    assert "<b>bold" not in page
    assert "<img" not in page


def test_many_people_are_shown_a_page_at_a_time(chief: User, settings: Any, client: Client) -> None:
    settings.PEOPLE_A_PAGE = 2
    names = ["ann", "b+b", "chief", "dan", "eve"]
    User.objects.bulk_create([User(username=each) for each in names if each != "chief"])
    address, seen = "/people/", []
    while address:
        page = parse(client.get(address).content.decode())
        shown = page.all("class", "provider__name")
        assert len(shown) <= 2
        seen += [each.text() for each in shown]
        further = page.all("data-action", "next")
        address = unescape(further[0].attributes["href"]) if further else ""
    assert [each.split("Member")[0].split("Administrator")[0].strip() for each in seen] == names
    found = client.get("/people/?name=%42%2B").content.decode()
    assert ("b+b" in found, "ann" in found) == (True, False)


def test_members_see_nothing_of_it(ada: User, client: Client) -> None:
    sign_in(client)
    for address in ("/people/", "/people/add/", f"/people/{ada.pk}/link/"):
        assert client.get(address).status_code == client.post(address).status_code == 404


# By mail


class MailServer:
    """Takes each message, unless it is said to be away."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.away = False

    def send(self, message: EmailMessage) -> bool:
        if not self.away:
            self.taken.append(message)
        return not self.away


@pytest.fixture
def server(settings: Any, load: Any, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    settings.EMAIL_SERVER = load(EMAIL_URL="smtp://127.0.0.1")["EMAIL_SERVER"]
    server = MailServer()
    monkeypatch.setattr(mail, "send", server.send)
    return server


def test_the_link_is_mailed_where_the_site_can_and_the_person_has_an_address(
    chief: User, ada: User, server: MailServer, client: Client
) -> None:
    new = client.post("/people/add/", {"name": "grace", "email": "grace@example.org"})
    again = client.post(f"/people/{ada.pk}/link/")
    for message, person, page in zip(server.taken, ("grace", NAME), (new, again), strict=True):
        assert message.to == [f"{person}@example.org"]
        assert shown_link(page) in str(message.body)
        assert f"Sent to {person}@example.org." in page.content.decode()
    assert "An account was made for you" in str(server.taken[0].body)
    client.post("/people/add/", {"name": "without"})
    assert len(server.taken) == 2


def test_a_mail_that_could_not_be_sent_is_told_next_to_the_link(
    chief: User, ada: User, server: MailServer, client: Client
) -> None:
    server.away = True
    reply = client.post(f"/people/{ada.pk}/link/")
    assert "could not be sent" in reply.content.decode()
    assert shown_link(reply)
