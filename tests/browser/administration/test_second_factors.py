"""Second factors in a real Chromium: passkeys by its virtual authenticator, codes, asking again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.administration.test_accounts import PHONE, WIDE, sign_in, sign_out
from tests.browser.conftest import Complaints, OpenTab
from tests.support.people.factors import code_of
from tests.support.site import Site

pytestmark = pytest.mark.browser

PASSWORD = "a long word of passage"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named_site(site: Site) -> Iterator[Site]:
    """The site under a name: browsers bind no passkey to a number."""
    site.base_url = f"http://localhost:{site.port}"
    site.enter_url = site.enter_url.replace("127.0.0.1", "localhost")
    yield site


async def owner_with_password(open_tab: OpenTab, site: Site, **profile: Any) -> Page:
    """Came by the link, which proves no password, and has one since."""
    path = site.enter_url.removeprefix(site.base_url)
    page = await open_tab(site, path, signed_in=False, **profile)
    await page.goto(f"{site.base_url}/password/set/")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_label("Password, once more").fill(PASSWORD)
    await page.get_by_role("button", name="Set").click()
    return page


async def prove(page: Page) -> None:
    await expect(page.get_by_role("heading")).to_have_text("Is it you?")
    await page.get_by_label("Password now").fill(PASSWORD)
    await page.get_by_role("button", name="Continue", exact=True).click()


async def to_second_factors(page: Page, site: Site) -> None:
    await page.goto(f"{site.base_url}/settings/")
    await page.get_by_role("link", name="Second factors").click()


async def out_and_in(page: Page, site: Site) -> None:
    await page.goto(site.base_url)
    await sign_out(page)
    await sign_in(page, "owner", PASSWORD)
    await expect(page.get_by_role("heading")).to_have_text("Second factor")


async def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(
    named_site: Site, open_tab: OpenTab
) -> None:
    page = await owner_with_password(open_tab, named_site, color_scheme="dark")
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    made = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    await to_second_factors(page, named_site)
    await page.get_by_role("link", name="Add a passkey").click()
    await prove(page)
    await page.get_by_label("Its name here").fill("This laptop")
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.get_by_role("heading")).to_have_text("Recovery codes")
    kept = await tools.send("WebAuthn.getCredentials", {"authenticatorId": made["authenticatorId"]})
    assert [each["isResidentCredential"] for each in kept["credentials"]] == [True]

    await page.goto(named_site.base_url)
    await sign_out(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.locator("[data-compose]")).to_be_visible()

    await out_and_in(page, named_site)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.locator("[data-compose]")).to_be_visible()

    await to_second_factors(page, named_site)
    row = page.locator("[data-own-passkey]")
    await expect(row).to_contain_text("This laptop")
    await row.get_by_role("link", name="Rename").click()
    await page.get_by_label("Its name here").fill("That laptop")
    await page.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("That laptop")
    await row.get_by_role("link", name="Remove").click()
    await page.get_by_role("button", name="Remove").click()
    await expect(row).to_have_count(0)
    await page.goto(named_site.base_url)
    await sign_out(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page.get_by_text("This passkey was not accepted.")).to_be_visible()


async def test_who_refuses_in_the_browser_is_told_and_can_go_another_way(
    named_site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    page = await open_tab(named_site, "/login/", signed_in=False)
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    options = AUTHENTICATOR | {"isUserVerified": False}
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    button = page.get_by_role("button", name="Sign in with a passkey")
    await button.click()
    await expect(page.get_by_text("The browser did not give a passkey.")).to_be_visible()
    await expect(button).to_be_enabled()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
async def test_an_app_and_its_recovery_codes_sign_in(
    named_site: Site, open_tab: OpenTab, complaints: Complaints, javascript: bool
) -> None:
    complaints.expect("400 \\(Bad Request\\)")
    page = await owner_with_password(open_tab, named_site, javascript=javascript, **PHONE)
    await to_second_factors(page, named_site)
    await page.get_by_role("link", name="Set up an app").click()
    await prove(page)
    secret = (await page.locator("[data-secret]").inner_text()).replace(" ", "")
    await expect(page.get_by_role("img", name="QR code of the key")).to_be_visible()
    if javascript:
        assert await page.evaluate(WIDE) is False
    await page.get_by_label("The code that it shows now").fill(code_of(secret))
    await page.get_by_role("button", name="Use this app").click()
    codes = (await page.locator("[data-codes]").inner_text()).split()
    assert len(codes) == 10

    await out_and_in(page, named_site)
    await page.get_by_label("The code of your app").fill(code_of(secret, 1))
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("[data-compose]")).to_be_visible()

    await out_and_in(page, named_site)
    await page.get_by_label("The code of your app").fill(codes[0])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("[data-compose]")).to_be_visible()

    await out_and_in(page, named_site)
    await page.get_by_label("The code of your app").fill(codes[0])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_text("This code is wrong, or was used already.")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
async def test_what_was_typed_before_the_question_is_done_after_it(
    named_site: Site, open_tab: OpenTab, complaints: Complaints, javascript: bool
) -> None:
    complaints.expect("400 \\(Bad Request\\)")
    page = await owner_with_password(open_tab, named_site, javascript=javascript)
    await page.goto(f"{named_site.base_url}/settings/tokens/")
    await page.get_by_label("Name", exact=True).fill("backup script")
    await page.get_by_role("button", name="Make the token").click()
    await page.get_by_label("Password now").fill("a wrong word of passage")
    await page.get_by_role("button", name="Continue", exact=True).click()
    await expect(page.get_by_text("That is not your password.")).to_be_visible()
    await prove(page)
    await expect(page.locator("[data-token-text]")).to_contain_text("chatsite_")
    await expect(page.get_by_role("heading", name="backup script").first).to_be_visible()


async def test_the_owner_by_the_link_alone_is_asked_nothing(site: Site, open_tab: OpenTab) -> None:
    page = await open_tab(site, "/settings/tokens/")
    await page.get_by_label("Name", exact=True).fill("backup script")
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.locator("[data-token-text]")).to_contain_text("chatsite_")
    await page.goto(f"{site.base_url}/second-factors/passkeys/add/")
    await expect(
        page.get_by_text("They work where the site is opened by a host name")
    ).to_be_visible()
