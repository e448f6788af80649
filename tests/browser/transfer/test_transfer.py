"""A history comes in and goes out again, in real Chromium, on a desktop and a phone."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.screens import both, name_of
from tests.support.archives.examples import chatgpt, tides, turn, zipped
from tests.support.site import Site

pytestmark = pytest.mark.browser


@both
async def test_a_file_is_chosen_its_report_comes_and_its_conversations_are_there(
    shared_site: Site, open_tab: OpenTab, screen: dict[str, Any], tmp_path: Path
) -> None:
    title = f"Of tides on a {name_of(screen)}"
    file = tmp_path / "export.zip"
    file.write_bytes(zipped({"conversations.json": [tides(pk=title, title=title), {"id": 1}]}))
    page = await open_tab(shared_site, "/settings/", **screen)
    await page.get_by_role("link", name="Import and export").click()
    await page.set_input_files("input[type=file]", file)
    await page.get_by_role("button", name="Import", exact=True).click()
    report = page.locator("[data-report]")
    await expect(report).to_have_attribute("data-status", "finished")
    for what, number in (("taken", 1), ("unchanged", 0), ("updated", 0), ("refused", 1)):
        await expect(report).to_have_attribute(f"data-{what}", str(number))
    await report.get_by_role("link", name=title).click()
    await expect(page.locator(".message")).to_have_count(3)
    await page.get_by_role("button", name="More about this conversation").click()
    await page.get_by_role("link", name="Export…").click()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="JSON").click()
    saved = tmp_path / "saved.json"
    await (await downloading.value).save_as(saved)
    assert len(json.loads(saved.read_text("utf-8"))["messages"]) == 9


async def test_a_large_file_comes_in_parts_and_goes_on_without_its_page(
    site: Site, open_tab: OpenTab, tmp_path: Path
) -> None:
    threads = [
        chatgpt(
            turn("root", None),
            turn("ask", "root", "user", f"Question {number}"),
            turn("say", "ask", "assistant", "Words. " * 4000),
            pk=f"c-{number}",
        )
        for number in range(150)
    ]
    file = tmp_path / "conversations.json"
    file.write_text(json.dumps(threads))
    page = await open_tab(site, "/import/")
    await page.set_input_files("input[type=file]", file)
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.locator("progress[data-progress]")).to_be_visible()
    await page.wait_for_url("**/import/*-*/")
    address = page.url.removeprefix(site.base_url)
    await page.close()
    page = await open_tab(site, address)
    await expect(page.locator("[data-report]")).to_have_attribute(
        "data-status", "finished", timeout=60_000
    )
    await expect(page.locator("[data-report]")).to_have_attribute("data-taken", "150")
    await page.get_by_role("link", name="Import and export").click()
    await page.get_by_role("button", name="Export everything").click()
    download = page.locator("[data-action=download]")
    await expect(download).to_be_visible(timeout=60_000)
    async with page.expect_download() as downloading:
        await download.click()
    saved = tmp_path / "saved.zip"
    await (await downloading.value).save_as(saved)
    with zipfile.ZipFile(saved) as archive:
        assert len(archive.namelist()) == 151


async def test_a_selection_is_exported(
    shared_site: Site, open_tab: OpenTab, tmp_path: Path
) -> None:
    file = tmp_path / "export.json"
    file.write_text(json.dumps([tides(pk="selected", title="To be selected")]))
    page = await open_tab(shared_site, "/import/")
    await page.set_input_files("input[type=file]", file)
    await page.get_by_role("button", name="Import", exact=True).click()
    await expect(page.locator("[data-report]")).to_have_attribute("data-status", "finished")
    await page.goto(shared_site.base_url)
    await page.locator("[data-action=select]").click()
    await page.get_by_role("link", name="To be selected").first.click()
    await page.locator("[data-action=export-selected]").click()
    await expect(page.get_by_text("1 conversation is in it.")).to_be_visible()
