"""The page on which an administrator says who may use a provider, or one of its models."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from streaming.audience import rules
from streaming.audience.models import Audience
from streaming.audience.permits import may_use
from streaming.models import StoredProvider
from tests.streaming.audience.walls import Walls, owner, walls
from tests.support.document import parse
from tests.support.tabs import Tab

__all__ = ["owner", "walls"]

PAGE = "/providers/puppet/use/"


@pytest.fixture
async def chief(walls: Walls) -> Tab:
    tab = Tab()
    await tab.sign_in(await walls.do(lambda: User.objects.create_superuser("chief")))
    return tab


async def test_an_administrator_keeps_a_provider_to_roles_and_people(
    walls: Walls, chief: Tab
) -> None:
    named = await walls.do(lambda: User.objects.create_user("named"))
    said = {"who": "these", "roles": "administrator", "people": " named \n\n named"}
    assert (await chief.post(PAGE, htmx=False, **said)).status_code == 303
    page = await chief.page(PAGE)
    assert page.one("id", "people").text().strip() == "named"
    assert "checked" in page.one("id", "role-administrator").attributes
    assert "checked" not in page.one("id", "role-member").attributes
    for person, may in ((walls.living.owner, False), (named, True)):
        assert await walls.do(lambda pk=person.pk: may_use(pk, "puppet", "teller")) is may
    assert "Not for everybody" in (await chief.page("/providers/")).text()
    assert (await chief.post(PAGE, who="everybody")).status_code == 303
    assert await walls.do(lambda: may_use(walls.living.owner.pk, "puppet", "teller"))


async def test_a_single_model_has_a_rule_of_its_own(walls: Walls, chief: Tab) -> None:
    page = await chief.page(f"{PAGE}?model=teller")
    assert "Who may use teller" in page.one("class", "card__title").text()
    await chief.post(f"{PAGE}?model=teller", who="these", roles="administrator")
    assert [*await walls.do(lambda: rules.of_models("puppet"))] == ["prefiller", "teller"]
    assert "teller" in (await chief.page(PAGE)).one("class", "models").text()
    assert (await chief.get(f"{PAGE}?model=none")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"who": "these"}, "Choose a role, or name somebody."),
        ({"who": "these", "people": "ghost"}, "Nobody here is called “ghost”."),
        ({"who": "these", "roles": "king"}, "Choose one of the list."),
        ({"who": "all"}, "Choose one of the list."),
        ({}, "Choose one."),
    ],
)
async def test_what_cannot_be_meant_changes_nothing(
    walls: Walls, chief: Tab, fields: dict[str, str], words: str
) -> None:
    before = await walls.do(lambda: list(Audience.objects.values()))
    reply = await chief.post(PAGE, htmx=False, **fields)
    assert reply.status_code == 400
    page = parse(reply.content.decode())
    assert words in page.text()
    assert page.one("id", "people").text().strip() == fields.get("people", "")
    assert await walls.do(lambda: list(Audience.objects.values())) == before


async def test_a_rule_whose_people_are_gone_lets_nobody_in(walls: Walls) -> None:
    """A deleted account takes its place in the rule along, and opens nothing."""
    named = await walls.do(lambda: User.objects.create_user("named"))
    await walls.do(lambda: rules.keep_to("puppet", "", [], [named]))
    await walls.do(named.delete)
    assert not await walls.do(lambda: may_use(walls.living.owner.pk, "puppet", "teller"))
    chosen = await walls.do(lambda: rules.chosen("puppet"))
    assert chosen is not None
    assert chosen.is_nobody


async def test_what_was_meant_for_a_deleted_provider_is_forgotten(walls: Walls, chief: Tab) -> None:
    def add() -> None:
        url = walls.living.puppet.url
        StoredProvider.objects.create(slug="acme", name="Acme", format="chat", base_url=url)

    await walls.do(add)
    assert (
        await chief.post("/providers/acme/use/", who="these", roles="member")
    ).status_code == 303
    assert (await chief.post("/providers/acme/delete/")).status_code == 303
    assert not await walls.do(Audience.objects.filter(provider="acme").exists)
