"""The page of what answers used and cost: its plots, the tables with the same numbers, its file."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.screens import both
from tests.support.site import Site

pytestmark = pytest.mark.browser

USED = """
from django.contrib.auth.models import User
from streaming.models import Generation
from tests.support import rows
owner = User.objects.first()
for status, tokens in (("finished", 1200), ("cancelled", 34)):
    run = rows.running(
        owner, rows.worker(), usage_source="reported", input_tokens=tokens, output_tokens=5,
        cost_source="computed", cost_currency="USD", cost_nanos=tokens * 1000, model="m-1",
    )
    Generation.objects.filter(pk=run.pk).update(status=status)
"""
PLOTS = ("tokens", "cost", "answers", "stops", "resumes", "model-tokens", "model-cost")


async def overflow(page: Page) -> int:
    wider: int = await page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
    return wider


@both
async def test_plots_tables_and_the_file_say_the_same(
    site: Site, open_tab: OpenTab, screen: dict[str, Any], tmp_path: Path
) -> None:
    assert site.cookies  # their owner exists from then on
    site.manage("shell", "-c", USED)
    page = await open_tab(site, "/usage/", **screen)
    for name in PLOTS:
        plot = page.locator(f"[data-plot={name}] svg[role=img]")
        assert (await plot.locator(":scope > title").text_content() or "").strip(), name
        drawn = 0 if name == "resumes" else 1
        await expect(plot.locator("rect")).to_have_count(drawn)
    tokens = page.locator("[data-plot=tokens] rect title")
    assert "1,244" in (await tokens.text_content() or "")
    cells = page.locator("#by-day tbody tr td")
    assert await cells.all_inner_texts() == ["2", "1", "0", "1,234", "0", "10", "0", "$0.00123"]
    await expect(page.locator("#by-model tbody th")).to_contain_text("m-1")
    assert await overflow(page) <= 0
    async with page.expect_download() as kept:
        await page.locator("[data-action=csv]").click()
    await (await kept.value).save_as(tmp_path / "usage.csv")
    [line] = csv.DictReader((tmp_path / "usage.csv").read_text("utf-8").splitlines())
    assert (line["answers"], line["stops"], line["input_tokens"]) == ("2", "1", "1234")
    assert line["cost_nanos"] == "1234000"


@both
async def test_other_months_are_shown(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    page = await open_tab(shared_site, "/usage/", **screen)
    await page.locator("#usage-from").fill("2020-01")
    await page.locator("#usage-to").fill("2020-03")
    await page.get_by_role("button", name="Show").click()
    await expect(page.locator("#by-day tbody")).to_have_text("Nothing in these months.")
    await expect(page.locator("#usage-to")).to_have_value("2020-03")
    assert await overflow(page) <= 0
