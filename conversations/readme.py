"""The README and the documents that it names as pages of the site: they work without a network."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from conversations import markdown

IMAGE = re.compile(r"^!\[.*\n", re.MULTILINE)
SECTION = re.compile(r"^(?=## )", re.MULTILINE)


@require_GET
def readme(request: HttpRequest) -> HttpResponse:
    """Each section can be linked to by its heading: `/readme/#connect-a-model`."""
    text = (settings.BASE_DIR / "README.md").read_text("utf-8")
    sections = [
        (slugify(part.partition("\n")[0]), mark_safe(markdown.render(part, f"readme-{at}")))  # noqa: S308 (sanitised)
        for at, part in enumerate(SECTION.split(IMAGE.sub("", text)))
    ]
    return render(request, "conversations/readme.html", {"sections": sections})
