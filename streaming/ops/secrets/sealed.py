"""All that is sealed under the field keys: where it is, whether it opens, and sealing it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, transaction

from streaming.catalog.sealed_keys import Unreadable, is_under_the_first, opens, reseal
from streaming.ops.doctor import Check, Finding

TOLD_EVERY = 100
"""Rows, after which the command says how far it is."""


@dataclass(frozen=True, slots=True)
class Place:
    """A column that holds tokens: one as its text, or several by `names` in an object of JSON.

    `called` says of a row what people call what is sealed there.
    """

    model: str
    column: str
    called: Callable[[Any], str]
    names: tuple[str, ...] = ()

    def tokens(self, row: Any) -> Mapping[str, str]:
        held = getattr(row, self.column)
        if self.names:
            return {name: held[name] for name in self.names if held.get(name)}
        return {"": held} if held else {}

    def put(self, row: Any, tokens: Mapping[str, str]) -> None:
        held = {**getattr(row, self.column), **tokens} if self.names else tokens[""]
        setattr(row, self.column, held)

    def rows(self) -> Any:
        return apps.get_model(self.model)._base_manager.order_by("pk")


def _server(row: Any) -> str:
    return f"server of tools {row.name}"


def _factor(row: Any) -> str:
    return f"second factor of {row.user}"


PLACES = (
    Place("streaming.StoredProvider", "sealed_key", lambda row: f"provider {row.name}"),
    Place("tools.ToolServer", "sealed", _server),
    Place("tools.ToolServer", "sealed_grant", _server),
    Place("own_keys.OwnKey", "sealed_key", lambda row: f"key of {row.owner} for {row.provider}"),
    Place("mfa.Authenticator", "data", _factor, ("secret", "seed")),
)


def places() -> list[Place]:
    """Those of this site's apps."""
    return [each for each in PLACES if apps.is_installed(_app(each))]


def _app(place: Place) -> str:
    label = place.model.partition(".")[0]
    named = (config.name for config in apps.get_app_configs() if config.label == label)
    return next(named, "")


@dataclass(slots=True)
class Outcome:
    """How many tokens were sealed anew, how many need not be, and what cannot be read."""

    done: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list)


def reseal_all(tell: Callable[[str], object]) -> Outcome:
    """Put all under the first key, row by row, each in a transaction of its own: the site may serve
    meanwhile, and what is done stays done if this is cut off.
    """
    outcome = Outcome()
    for place in places():
        pks = list(place.rows().values_list("pk", flat=True))
        for number, pk in enumerate(pks, 1):
            _reseal(place, pk, outcome)
            if number % TOLD_EVERY == 0:
                tell(f"{place.model}: {number:,} of {len(pks):,} rows")
    return outcome


@transaction.atomic
def _reseal(place: Place, pk: Any, outcome: Outcome) -> None:
    row = place.rows().select_for_update(no_key=True).filter(pk=pk).first()
    tokens = place.tokens(row) if row is not None else {}
    old = {name: token for name, token in tokens.items() if not is_under_the_first(token)}
    outcome.current += len(tokens) - len(old)
    try:
        fresh = {name: reseal(token) for name, token in old.items()}
    except Unreadable:
        outcome.unreadable.append(place.called(row))
        return
    if fresh:
        place.put(row, fresh)
        row.save(update_fields=[place.column])
        outcome.done += len(fresh)


def looked_at() -> Iterator[tuple[str, str]]:
    """Each token, and what it is called."""
    for place in places():
        for row in place.rows().iterator():
            for token in place.tokens(row).values():
                yield place.called(row), token


def sealed() -> Iterator[Finding]:
    """A check of `doctor`."""
    try:
        found = list(looked_at())
    except DatabaseError:
        return  # the check of the database says why
    if lost := sorted({called for called, token in found if not opens(token)}):
        yield Finding(
            "field keys",
            f"none of them opens these: {', '.join(lost)}",
            "Put the field key with which they were sealed back, after the others, in FIELD_KEYS; "
            "or enter these keys again.",
        )
        return
    old = sum(not is_under_the_first(token) for _, token in found)
    keys = len(settings.FIELD_KEYS)
    told = f"{keys} {'opens' if keys == 1 else 'open'} all of the {len(found)} sealed keys"
    waits = f"; {old} still need an older one: run manage.py reseal_keys before it goes"
    yield Finding("field keys", told + (waits if old else ""))


CHECKS: tuple[Check, ...] = (sealed,)
