"""Where a browser goes after a form: to a page that it fetches anew, whatever the form's method."""

from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseRedirectBase
from django.shortcuts import resolve_url


class SeeOther(HttpResponseRedirectBase):
    """303: takes what `redirect` takes."""

    status_code = 303

    def __init__(self, to: Any, *args: Any) -> None:
        super().__init__(resolve_url(to, *args))
