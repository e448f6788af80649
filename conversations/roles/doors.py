"""Views that take a POST of people who only read. A view without the mark is closed to them."""

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
