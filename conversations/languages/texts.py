"""In which language somebody is spoken to, and texts that are translated when they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar, cast

from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext_lazy, trans_real

P = ParamSpec("P")
T = TypeVar("T")


def lazy_text(text: str) -> str:
    """`gettext_lazy`: translated each time it is shown. Not for what is stored, joined or JSON."""
    return cast(str, gettext_lazy(text))


def asked_for(cookies: Mapping[str, str], meta: Mapping[str, Any]) -> str:
    """The language that a browser asks for, by a cookie or by its headers; always one of ours."""
    asked = SimpleNamespace(COOKIES=cookies, META=meta)
    return trans_real.get_language_from_request(cast(HttpRequest, asked))


def speaking(language: str, function: Callable[P, T]) -> Callable[P, T]:
    """The function, which makes all its texts in this language."""
    return partial(_speak, language, function)


def _speak(language: str, function: Callable[..., T], *args: Any, **named: Any) -> T:
    with translation.override(language):
        return function(*args, **named)
