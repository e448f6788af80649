"""What a model is sent of files: weighed before, and told of by the demo after."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from streaming.demo.behaviours.files import digest
from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.support.sample_files import pdf
from tests.support.site import Site

pytestmark = pytest.mark.browser

NOTES = b"Buy a queue. " * 400


async def test_files_are_weighed_before_and_told_of_after(site: Site, open_tab: OpenTab) -> None:
    chat = Chat(await open_tab(site))
    page = chat.page
    await chat.choose("demo-files")
    files: list[FilePayload] = [
        {"name": "notes.md", "mimeType": "text/markdown", "buffer": NOTES},
        {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": pdf("Whole")},
    ]
    await page.set_input_files("input[type=file][name=files]", files)
    weight = page.locator("#files-weight")
    await expect(weight).to_contain_text("about 1.3k tokens")
    await chat.send("What are these?", "demo-files")
    await chat.until("finished")
    answer = page.locator("[data-role=assistant]").last
    await expect(answer).to_contain_text(f"“notes.md”, {digest(NOTES)}")
    await expect(answer).to_contain_text(f"“paper.pdf”, {digest(pdf('Whole'))}")
    await expect(weight).to_have_count(0)
