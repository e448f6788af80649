"""Passkeys: made, used alone and after a password, and refused where they are not right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from tests.chatsite.accounts.signing_in import PASSWORD, ada, inputs, signed_in
from tests.support.people.device import HOST, Device
from tests.support.people.factors import proven

__all__ = ["ada"]

pytestmark = pytest.mark.django_db
REFUSED = "This passkey was not accepted"
ADD, CHALLENGE, STEP = (
    "/second-factors/passkeys/add/",
    "/second-factors/passkeys/challenge/",
    "/login/second/",
)


def browser() -> Client:
    return Client(headers={"host": HOST})


@pytest.fixture
def inside(ada: User) -> Client:
    client = browser()
    client.force_login(ada)
    proven(client, ada)
    return client


def challenge(client: Client, why: str = "using") -> Any:
    return client.post(CHALLENGE, {"for": why}).json()["publicKey"]


def made(client: Client, device: Device | None = None, name: str = "Laptop") -> Device:
    device = device or Device()
    said = {"name": name, "credential": device.makes(challenge(client, "making"))}
    reply = client.post(ADD, said)
    assert reply.status_code == 303, reply.content
    return device


def by_passkey(client: Client, device: Device, **more: str) -> Any:
    said = {"credential": device.uses(challenge(client)), **more}
    return client.post("/login/", said)


def test_a_passkey_alone_signs_in(inside: Client, ada: User) -> None:
    device = made(inside)
    there = browser()
    entered = by_passkey(there, device, next="/usage/")
    assert (entered.status_code, entered.url) == (302, "/usage/")
    assert signed_in(there)
    assert Authenticator.objects.get(type="webauthn").last_used_at is not None


def test_the_browser_is_asked_to_keep_it_and_to_ask_who_holds_it(inside: Client) -> None:
    wanted = challenge(inside, "making")["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    made(inside)
    assert challenge(browser())["userVerification"] == "required"
    assert not challenge(browser()).get("allowCredentials")


def test_after_the_password_a_passkey_is_the_second_factor(inside: Client) -> None:
    device = made(inside)
    there = browser()
    there.post("/login/", {"login": "ada", "password": PASSWORD})
    assert not signed_in(there)
    asked = challenge(there)
    assert len(asked["allowCredentials"]) == 1
    assert there.post(STEP, {"credential": device.uses(asked)}).status_code == 302
    assert signed_in(there)


def test_an_answer_to_a_challenge_is_accepted_once(inside: Client) -> None:
    device = made(inside)
    there = browser()
    said = {"credential": device.uses(challenge(there))}
    there.post("/login/", said)
    there.post("/logout/")
    assert REFUSED in there.post("/login/", said).content.decode()
    assert not signed_in(there)
    other = browser()
    challenge(other)
    assert REFUSED in other.post("/login/", said).content.decode()
    assert not signed_in(other)


@pytest.mark.parametrize(
    "device",
    [
        Device(origin="http://localhost:9000"),
        Device(origin="https://elsewhere.example"),
        Device(asks=False),
    ],
    ids=["another port", "another site", "a device that asks nobody"],
)
def test_what_was_said_elsewhere_or_by_nobody_makes_none(inside: Client, device: Device) -> None:
    said = {"name": "x", "credential": device.makes(challenge(inside, "making"))}
    assert inside.post(ADD, said).status_code == 400
    assert not Authenticator.objects.exists()


def test_what_was_said_elsewhere_signs_nobody_in(inside: Client) -> None:
    device = made(inside)
    device.origin = "http://localhost:9000"
    there = browser()
    assert REFUSED in by_passkey(there, device).content.decode()
    device.origin, device.flags = "http://localhost:8000", 0x01
    assert REFUSED in by_passkey(there, device).content.decode()
    device.flags, device.key = 0x05, Device().key
    assert REFUSED in by_passkey(there, device).content.decode()
    assert not signed_in(there)


def test_of_somebody_else_it_does_not_pass_the_second_step(inside: Client) -> None:
    made(inside)
    grace = User.objects.create_user("grace", password=PASSWORD)
    hers = browser()
    hers.force_login(grace)
    proven(hers, grace)
    device = made(hers)
    there = browser()
    there.post("/login/", {"login": "ada", "password": PASSWORD})
    assert there.post(STEP, {"credential": device.uses(challenge(there))}).status_code == 400
    assert not signed_in(there)


def test_of_somebody_switched_off_it_does_not_sign_in(inside: Client, ada: User) -> None:
    device = made(inside)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    there = browser()
    assert REFUSED in by_passkey(there, device).content.decode()
    assert not signed_in(there)


@pytest.mark.parametrize(
    "said",
    [
        *("", "x", "[]", "{}", "null", "[" * 15_000, "1e999", '"' + "a" * 30_000),
        json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
        json.dumps({"id": "YQ", "rawId": "YQ", "type": "public-key", "response": []}),
        Device().uses({"rpId": "localhost", "challenge": "YQ"}),
        Device().uses({"rpId": "localhost", "challenge": "YQ"}).replace("userHandle", "nothing"),
        Device()
        .uses({"rpId": "localhost", "challenge": "YQ"})
        .replace('"userHandle": ""', '"userHandle": "enp6enp6enp6enp6enp6"'),
    ],
)
def test_what_no_browser_says_is_refused_in_a_sentence(inside: Client, said: str) -> None:
    there = browser()
    challenge(there)
    assert REFUSED in there.post("/login/", {"credential": said}).content.decode()
    challenge(inside, "making")
    assert inside.post(ADD, {"credential": said}).status_code == 400


def test_it_is_renamed_and_removed(inside: Client, ada: User) -> None:
    made(inside)
    row = Authenticator.objects.get(type="webauthn")
    assert "Laptop" in inside.get("/second-factors/").content.decode()
    path = f"/second-factors/passkeys/{row.pk}/"
    assert inputs(inside.get(path))["name"]["value"] == "Laptop"
    assert inside.post(path, {"name": ""}).status_code == 400
    assert inside.post(path, {"name": "Phone"}).status_code == 303
    assert "Phone" in inside.get(f"{path}remove/").content.decode()
    assert inside.post(f"{path}remove/").status_code == 303
    assert not Authenticator.objects.filter(user=ada).exists()  # its recovery codes went, too


def test_its_usual_name_is_that_of_the_browser(ada: User) -> None:
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    client = Client(headers={"host": HOST, "user-agent": agent})
    client.force_login(ada)
    proven(client, ada)
    assert inputs(client.get(ADD))["name"]["value"] == "Firefox on Linux"
    made(client, name="")
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Firefox on Linux"


def test_there_are_so_many_and_no_more(inside: Client, settings: Any) -> None:
    settings.PASSKEYS = 1
    made(inside)
    said = {"credential": Device().makes(challenge(inside, "making"))}
    refused = inside.post(ADD, said)
    assert refused.status_code == 400
    assert "You have 1 passkeys, which is the most." in refused.content.decode()


def test_at_an_ip_address_the_page_says_why_there_are_none(ada: User) -> None:
    client = Client(headers={"host": "127.0.0.1:8000"})
    assert "data-passkey" not in client.get("/login/").content.decode()
    client.force_login(ada)
    proven(client, ada)
    page = client.get(ADD).content.decode()
    assert "data-passkey" not in page
    assert "opened by a host name" in page


def test_who_is_not_signed_in_begins_so_many_a_minute(settings: Any) -> None:
    settings.MFA_RATE_LIMITS = {"webauthn_login": "2/m/ip"}
    there = browser()
    statuses = [there.post(CHALLENGE, {"for": "using"}).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert there.post(CHALLENGE, {"for": "making"}).status_code == 429  # nobody to make one for
