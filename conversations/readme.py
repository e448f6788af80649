"""The README and the documentation as pages of the site, so they can be read offline."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from conversations import markdown

README = "README.md"
AT_THE_TOP = ("CHANGELOG.md", "SECURITY.md")
FOLDER = "docs"
KINDS = {".md", ".conf", ".png"}
TITLE = re.compile(r"\A# (.*)\n")
IMAGE = re.compile(r"^!\[.*\n", re.MULTILINE)
SECTION = re.compile(r"^(?=## )", re.MULTILINE)
LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)(#[^)\s]*)?\)")


@require_GET
def readme(request: HttpRequest) -> HttpResponse:
    """A link can lead to a section by its heading: `/readme/#connect-a-model`."""
    return _page(request, README)


@require_GET
def document(request: HttpRequest, name: str) -> HttpResponse:
    """One file of the documentation, as a page or a picture."""
    whole = name if name in AT_THE_TOP else f"{FOLDER}/{name}"
    path = documents().get(whole)
    if path is None:
        raise Http404
    if path.suffix == ".png":
        return HttpResponse(path.read_bytes(), content_type="image/png")
    return _page(request, whole)


def documents() -> dict[str, Path]:
    """All files that can be read here, by the names that links use."""
    files = (settings.BASE_DIR / FOLDER).rglob("*")
    shown = [path for path in files if path.suffix in KINDS]
    shown += [settings.BASE_DIR / name for name in (README, *AT_THE_TOP)]
    return {path.relative_to(settings.BASE_DIR).as_posix(): path for path in shown}


def _page(request: HttpRequest, name: str) -> HttpResponse:
    text = documents()[name].read_text("utf-8")
    if not name.endswith(".md"):
        text = f"# {posixpath.basename(name)}\n\n```\n{text}\n```\n"
    title = TITLE.match(text)
    sections = [
        (slugify(part.partition("\n")[0]), mark_safe(markdown.render(part, f"readme-{at}", top=1)))  # noqa: S308 (sanitised)
        for at, part in enumerate(SECTION.split(with_links(name, TITLE.sub("", text))))
    ]
    context = {"title": title[1] if title else name, "sections": sections}
    return render(request, "conversations/readme.html", context)


def with_links(name: str, text: str) -> str:
    """The text of a document, with links to other documents leading to their pages here."""

    def lead(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), link[1]))
        return f"]({settings.PUBLIC_ORIGIN}{_address(target)}{link[2] or ''})"

    return LINK.sub(lead, IMAGE.sub("", text))


def _address(target: str) -> str:
    if target == README:
        return reverse("conversations:readme")
    return reverse("conversations:document", args=[target.removeprefix(f"{FOLDER}/")])
