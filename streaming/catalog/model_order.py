"""The models that a provider offers, in the order in which the picker shows them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from streaming.error_messages import provider_pages
from streaming.providers.service_names import names_service

MOST = 1000
LONGEST = 200


class NotPossible(Exception):
    """The list cannot become that; the sentence says why."""


def top(models: Sequence[str], at: int) -> list[str]:
    return [models[at], *models[:at], *models[at + 1 :]]


def up(models: Sequence[str], at: int) -> list[str]:
    return _swapped(models, at - 1) if at > 0 else list(models)


def down(models: Sequence[str], at: int) -> list[str]:
    return _swapped(models, at) if at + 1 < len(models) else list(models)


def hide(models: Sequence[str], at: int) -> list[str]:
    if len(models) == 1:
        raise NotPossible(provider_pages.LAST_MODEL)
    return [*models[:at], *models[at + 1 :]]


MOVES: Mapping[str, Callable[[Sequence[str], int], list[str]]] = {
    "top": top,
    "up": up,
    "down": down,
    "hide": hide,
}


def moved(models: Sequence[str], move: str, model: str) -> list[str]:
    """The list after that; as it was if the model has gone from it meanwhile."""
    if model not in models:
        return list(models)
    return MOVES[move](models, models.index(model))


def typed(text: str, *, with_service: bool = False) -> list[str]:
    """One model a line, as somebody typed them; nothing means all that the server lists.

    `with_service`: each names its service before a slash.
    """
    models = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(models) > MOST:
        raise NotPossible(provider_pages.too_many_models(len(models), MOST))
    for model in models:
        if len(model) > LONGEST or not model.isprintable():
            raise NotPossible(provider_pages.no_name(model[:40]))
        if with_service and not names_service(model):
            raise NotPossible(provider_pages.without_service(model))
    return models


def _swapped(models: Sequence[str], at: int) -> list[str]:
    return [*models[:at], models[at + 1], models[at], *models[at + 2 :]]
