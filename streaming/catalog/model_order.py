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


def hide(models: Sequence[str], at: int) -> list[str]:
    if len(models) == 1:
        raise NotPossible(provider_pages.LAST_MODEL)
    return [*models[:at], *models[at + 1 :]]


ACTS: Mapping[str, Callable[[Sequence[str], int], list[str]]] = {
    "top": top,
    "hide": hide,
}
STEPS: Mapping[str, int] = {"up": -1, "down": 1}
MOVES = (*ACTS, *STEPS)


def moved(models: Sequence[str], move: str, model: str, shown: Sequence[str] = ()) -> list[str]:
    """The list after that; as it was if the model has gone from it meanwhile.

    `shown` is the list in which the move was chosen, if it is not this one: a step leads past the
    neighbour that stood there, so the same request again leads no further.
    """
    if model not in models:
        return list(models)
    if move in ACTS:
        return ACTS[move](models, models.index(model))
    return _past(models, model, _neighbour(shown or models, model, STEPS[move]), STEPS[move])


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


def _neighbour(shown: Sequence[str], model: str, step: int) -> str | None:
    at = shown.index(model) + step if model in shown else -1
    return shown[at] if 0 <= at < len(shown) else None


def _past(models: Sequence[str], model: str, other: str | None, step: int) -> list[str]:
    """The model directly before the other (a step of -1) or after it, unless it is past it."""
    if other is None or other not in models:
        return list(models)
    if (models.index(other) - models.index(model)) * step < 0:
        return list(models)
    rest = [each for each in models if each != model]
    at = rest.index(other) + max(step, 0)
    return [*rest[:at], model, *rest[at:]]
