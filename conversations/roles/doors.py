"""Views that are for some: those that take a POST of people who only read, and administrators'.

A view without the first mark is closed to people who only read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


def open_to_readers(view: View) -> View:
    """Marks what concerns nothing but their own account, or takes something back."""
    view.open_to_readers = True  # type: ignore[attr-defined]  # read by `is_open_to_readers`
    return view


def is_open_to_readers(view: object) -> bool:
    return bool(getattr(view, "open_to_readers", False))


def for_administrators(view: View) -> View:
    """Marks what is not there for others; the view itself sees to that."""
    view.for_administrators = True  # type: ignore[attr-defined]  # read by `is_for_administrators`
    return view


def is_for_administrators(view: object) -> bool:
    return bool(getattr(view, "for_administrators", False))
