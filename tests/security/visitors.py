"""Those who knock: everybody that a door has to tell apart."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.contrib.auth.models import User
from django.http import HttpResponse

from chatsite.tokens import granting
from conversations.roles import giving
from conversations.roles.rights import Role
from tests.support.stages import shared
from tests.support.tabs import Tab
from tests.test_ownership import House

Kind = Literal[
    "member",
    "read-only",
    "administrator",
    "signed out",
    "share token",
    "a member's token",
    "an administrator's token",
    "the owner's token",
]
PEOPLE: tuple[Kind, ...] = ("member", "read-only", "administrator")
WITHOUT_SIGN_IN: tuple[Kind, ...] = ("signed out", "share token")
TOKENS: tuple[Kind, ...] = ("a member's token", "an administrator's token", "the owner's token")
ROLES: Mapping[Kind, Role] = {
    "member": Role.MEMBER,
    "read-only": Role.READ_ONLY,
    "administrator": Role.ADMINISTRATOR,
    "a member's token": Role.MEMBER,
    "an administrator's token": Role.ADMINISTRATOR,
}


@dataclass(frozen=True)
class Visitor:
    """Somebody at a door: with a browser's cookies, with a bearer, or with nothing."""

    kind: Kind
    tab: Tab = field(default_factory=Tab)
    bearer: str = ""

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.bearer}"} if self.bearer else {}

    async def ask(self, method: str, path: str, said: Mapping[str, Any]) -> HttpResponse:
        data = {"key": str(uuid.uuid4()), **said} if method == "post" else {}
        return await self.tab.request(method, path, data=data, headers=self.headers)


async def visitor(house: House, kind: Kind) -> Visitor:
    """The others are people of their own, who own nothing; the owner only asks by a token."""
    if kind == "signed out":
        return Visitor(kind)
    if kind == "share token":
        return Visitor(kind, bearer=await house.living.do(lambda: shared(house).token))

    def person() -> User:
        if kind == "the owner's token":
            return house.living.owner
        other = User.objects.create_user("other")
        giving.give(other, ROLES[kind])
        return other

    who = await house.living.do(person)
    if kind in TOKENS:
        made = await house.living.do(lambda: granting.make(who, uuid.uuid4(), "a program", "write"))
        return Visitor(kind, bearer=made.text)
    tab = Tab()
    await tab.sign_in(who)
    return Visitor(kind, tab)
