"""Requests as views get them: `request.htmx` says whether a script of the page asks for a part."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """What `HtmxMiddleware` makes of a request; it is true in `if request.htmx` for htmx alone."""

    htmx: HtmxDetails
