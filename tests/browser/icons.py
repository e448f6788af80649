"""The icons that are seen on a page."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page

ICONS = """() => [...document.querySelectorAll("svg.icon")].filter((icon) => icon.checkVisibility()).map((icon) => {
    const use = icon.querySelector("use");
    const { width } = use.getBBox();
    const { stroke, color } = getComputedStyle(icon);
    const text = getComputedStyle(icon.parentElement).color;
    return { name: use.getAttribute("href"), drawn: width > 0, inked: color === text || icon.closest(".sidebar__new") !== null };
})"""  # noqa: E501 (one expression)


async def seen_icons(page: Page) -> set[str]:
    """The icons that are seen; each is drawn, in the colour of the text around it."""
    icons: list[dict[str, Any]] = await page.evaluate(ICONS)
    assert [icon for icon in icons if not (icon["drawn"] and icon["inked"])] == []
    return {icon["name"].removeprefix("#icon-") for icon in icons}
