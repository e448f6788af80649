"""Which role the provider's groups give; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chatsite.accounts.single_sign_on.configuration import SignOn

MOST_GROUPS = 5000


def role_by_groups(sign_on: SignOn, claims: Mapping[str, Any]) -> str | None:
    """The role of the first group in the operator's list that the person has; None without one."""
    held = groups_in(claims, sign_on.groups_claim)
    return next((role for group, role in sign_on.roles if group in held), None)


def groups_in(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """A claim of exactly this name, else one that dots lead to: `realm_access.roles`."""
    said: Any = claims.get(name)
    if said is None and "." in name:
        said = claims
        for part in name.split("."):
            said = said.get(part) if isinstance(said, Mapping) else None
    if isinstance(said, str):
        return frozenset({said})
    if not isinstance(said, list):
        return frozenset()
    return frozenset(group for group in said[:MOST_GROUPS] if isinstance(group, str))
