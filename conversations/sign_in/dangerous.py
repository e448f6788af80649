"""Views that ask once more who somebody is: what they do hurts, if another sits at the keyboard.

The mark is here, for views of every room; who reads it and asks is the site.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest

View = TypeVar("View", bound=Callable[..., object])
When = Callable[[HttpRequest], bool]


@dataclass(frozen=True, slots=True)
class Danger:
    """By which methods, and of those requests which."""

    methods: frozenset[str]
    when: When | None = None

    def concerns(self, request: HttpRequest) -> bool:
        if request.method not in self.methods:
            return False
        return self.when is None or self.when(request)


def asks_again(*methods: str, when: When | None = None) -> Callable[[View], View]:
    """Marks a view: before it is reached by these methods, its person proves who it is."""
    also = {"HEAD"} if "GET" in methods else set()

    def mark(view: View) -> View:
        view.danger = Danger(frozenset({*methods, *also}), when)  # type: ignore[attr-defined]  # read below
        return view

    return mark


def danger_of(view: object) -> Danger | None:
    found = getattr(view, "danger", None)
    return found if isinstance(found, Danger) else None
