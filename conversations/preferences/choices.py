"""Reads and writes the choices of a person."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from conversations.preferences.models import Preferences
from conversations.prepared import SOME_NUMBER, Prepared


def of(owner_id: int) -> Preferences:
    """What the person chose, or what holds for everybody; not to be saved."""
    row = Preferences.objects.filter(pk=owner_id).first()
    return row or Preferences(owner_id=owner_id)


class PageChoices(NamedTuple):
    """What every page is made by; each as in `Preferences`, and what holds without a row."""

    keyboard: bool = True
    new_model: str = ""
    theme: str = ""
    density: str = ""
    text_size: str = ""
    answers: str = ""
    sending_key: str = ""
    language: str = ""

    @property
    def is_dressed(self) -> bool:
        """Whether a page needs a style sheet for it."""
        return bool(self.theme or self.density or self.text_size or self.answers)


def of_page(owner_id: int) -> PageChoices:
    """Every page asks for it, once."""
    return PageChoices(*next(iter(_some(*PageChoices._fields).rows(owner_id)), ()))


def title_model(owner_id: int) -> str:
    """The value of the model that titles new conversations; every new one asks for it."""
    return "".join(value for (value,) in _some("title_model").rows(owner_id))


def told(owner_id: int) -> tuple[str, dict[str, Any]]:
    """What models are told of the person, and asked with; every answer asks for it."""
    for about_me, parameters in _told().rows(owner_id):
        return about_me, parameters
    return "", {}


@cache
def _told() -> Prepared:
    rows = Preferences.objects.filter(pk=SOME_NUMBER).values_list("about_me", "parameters")
    return Prepared(rows, SOME_NUMBER)


@cache
def _some(*choices: str) -> Prepared:
    return Prepared(Preferences.objects.filter(pk=SOME_NUMBER).values_list(*choices), SOME_NUMBER)


def choose(owner_id: int, **choices: Any) -> None:
    """Keep these choices, and leave the others as they are."""
    Preferences.objects.update_or_create(owner_id=owner_id, defaults=choices)
