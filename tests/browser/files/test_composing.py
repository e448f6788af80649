"""Files in the message box: pasted, chosen, removed, refused, sent, and shown in the thread."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.chat import Chat
from tests.browser.conftest import OpenTab
from tests.browser.sharing.test_sharing import link_of
from tests.browser.stored_conversations import conversation
from tests.support.sample_files import png
from tests.support.site import Site

pytestmark = pytest.mark.browser

PASTE = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 30 });
    const blob = await new Promise((done) => canvas.toBlob(done));
    const data = new DataTransfer();
    data.items.add(new File([blob], "pasted.png", { type: "image/png" }));
    document.querySelector("#prompt").dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


async def test_files_are_added_removed_sent_and_shown(site: Site, open_tab: OpenTab) -> None:
    chat = Chat(await open_tab(site))
    page = chat.page
    rows = page.locator("[data-compose] [data-file]")
    await page.evaluate(PASTE)
    await expect(rows).to_have_attribute("data-state", "ready")
    await expect(rows.locator("img")).to_be_visible()
    await page.set_input_files(
        "input[type=file][name=files]",
        [
            FilePayload(name="large.csv", mimeType="text/csv", buffer=b"a,b\n" * 300_000),
            FilePayload(name="odd.bin", mimeType="x/y", buffer=b"\0\1\2" * 50),
            FilePayload(name="second.png", mimeType="image/png", buffer=png()),
        ],
    )
    await expect(rows).to_have_count(4)
    await expect(page.locator("[data-file][data-state=refused]")).to_contain_text("odd.bin")
    await expect(page.locator("[data-compose] [data-state=ready]")).to_have_count(3)
    await rows.filter(has_text="second.png").locator("[data-action=remove-file]").click()
    await expect(rows).to_have_count(3)
    await page.reload()
    await expect(page.locator("[data-compose] [data-state=ready]")).to_have_count(2)
    await expect(rows.first.locator("img")).to_be_visible()
    await expect(rows).to_have_count(2)
    await chat.send("What are these?", "demo-brief")
    shown = chat.prompts.last.locator("[data-file]")
    await expect(shown).to_have_count(2)
    await expect(shown.first.locator("img")).to_be_visible()
    await expect(page.locator("[data-compose] [data-state=ready]")).to_have_count(0)
    await chat.until("finished")
    assert await page.evaluate("localStorage.files") is None
    await page.reload()
    await expect(shown).to_have_count(2)
    await expect(rows).to_have_count(0)
    async with page.expect_download() as download:
        await shown.last.click()
    assert (await download.value).suggested_filename == "large.csv"


async def test_a_picture_is_pasted_asked_about_stopped_resumed_and_shared_without(
    site: Site, open_tab: OpenTab
) -> None:
    chat = Chat(await open_tab(site))
    page = chat.page
    await page.evaluate(PASTE)
    picture = page.locator("[data-compose] [data-file][data-state=ready] img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    await chat.send("What is on it?")
    sent = chat.prompts.last.locator("[data-file]")
    await expect(sent.locator("img")).to_be_visible()
    await chat.has(200)
    await chat.press("stop")
    await chat.until("cancelled")
    kept = len(await chat.text())
    await chat.press("resume")
    await chat.has(kept + 200)
    await chat.press("stop")
    await chat.until("cancelled")
    assert len(await chat.text()) > kept
    await expect(sent).to_have_count(1)

    address = await sent.get_attribute("href")
    shared = (await link_of(page)).removeprefix(site.base_url)
    stranger = await open_tab(site, shared, signed_in=False)
    await expect(stranger.locator("[data-role=user]")).to_contain_text("What is on it?")
    await expect(stranger.locator("[data-file]")).to_have_count(0)
    assert address is not None
    of_share = shared + address.removeprefix("/")
    for path, status in ((address, 302), (of_share, 404), (f"{of_share}thumbnail/", 404)):
        reply = await stranger.request.get(site.base_url + path, max_redirects=0)
        assert reply.status == status, path
        assert "/login/" in reply.headers.get("location", "/login/")


async def test_what_is_sent_early_goes_once_its_files_are_there(
    site: Site, open_tab: OpenTab
) -> None:
    path = conversation(site, 2, "An answer")
    chat = Chat(await open_tab(site))
    await chat.page.locator("[data-conversation-link]").first.click()  # shown in the same page
    await chat.page.wait_for_url(f"**{path}*")
    await chat.choose("demo-brief")
    await chat.box.fill("Sent at once")
    file = FilePayload(name="note.txt", mimeType="text/plain", buffer=b"words " * 300_000)
    await chat.page.set_input_files("input[type=file][name=files]", [file])
    await expect(chat.page.locator("[data-compose] [data-file]")).to_have_count(1)
    await chat.box.press("Enter")
    await expect(chat.prompts.last.locator("[data-file]")).to_contain_text("note.txt")
