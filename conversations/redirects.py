"""Redirects after a form: the browser fetches the next page with GET."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseRedirectBase
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirectBase):
    """A 303; it takes the same arguments as `redirect`."""

    status_code = 303

    def __init__(self, to: Any, *args: Any) -> None:
        super().__init__(resolve_url(to, *args))
