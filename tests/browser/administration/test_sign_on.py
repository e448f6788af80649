"""Single sign-on in a real browser: there and back, by a provider that the test starts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Complaints, OpenTab
from tests.browser.screens import both
from tests.support.network.oidc import CLIENT, SECRET, OpenIDProvider, open_id_provider
from tests.support.site import Site

pytestmark = pytest.mark.browser

NAME = "Example Inc."


@pytest.fixture
def provider(complaints: Complaints) -> Iterator[OpenIDProvider]:
    with open_id_provider() as provider:
        provider.person["groups"] = ["staff"]
        complaints.expect(f"fetched from elsewhere: {provider.url}/authorize")
        yield provider


@pytest.fixture
def site(tmp_path: Path, provider: OpenIDProvider) -> Iterator[Site]:
    site = Site(
        tmp_path / "data",
        OIDC_ISSUER=provider.url,
        OIDC_CLIENT_ID=CLIENT,
        OIDC_CLIENT_SECRET=SECRET,
        OIDC_NAME=NAME,
        OIDC_ROLES="staff=member",
        LOCAL_SIGN_ON=provider.url.removeprefix("http://"),
    )
    try:
        site.start()
        yield site
    finally:
        site.end()


async def to_provider(page: Page) -> None:
    await page.get_by_role("button", name=f"Sign in with {NAME}").click()
    await expect(page.get_by_role("heading", name=NAME, exact=True)).to_be_visible()


@both
async def test_a_person_signs_in_by_the_provider_and_again(
    site: Site, provider: OpenIDProvider, open_tab: OpenTab, screen: dict[str, Any]
) -> None:
    for visit in range(2):
        page = await open_tab(site, "/settings/", signed_in=False, **screen)
        await expect(page).to_have_url(f"{site.base_url}/login/?next=/settings/")
        await to_provider(page)
        await page.get_by_role("link", name="Sign in").click()
        await expect(page).to_have_url(f"{site.base_url}/settings/")
        await expect(page.locator("#sign-in")).to_contain_text("You are signed in as ada.")
        people = site.rows("SELECT username FROM auth_user WHERE username LIKE 'ada%'")
        assert [row["username"] for row in people] == ["ada"], visit
    assert provider.refusals == []


async def test_it_works_without_script(
    site: Site, provider: OpenIDProvider, open_tab: OpenTab
) -> None:
    page = await open_tab(site, "/login/", signed_in=False, javascript=False)
    await to_provider(page)
    await page.get_by_role("link", name="Sign in").click()
    await expect(page).to_have_url(f"{site.base_url}/")


async def test_who_goes_back_or_finds_nobody_reads_so_and_finds_the_password(
    site: Site, provider: OpenIDProvider, open_tab: OpenTab, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource: the server responded with a status of (403|502)")
    page = await open_tab(site, "/login/", signed_in=False)
    await to_provider(page)
    await page.get_by_role("link", name="Go back").click()
    await expect(page.get_by_role("alert")).to_contain_text("You were not let in there")
    await page.get_by_role("link", name="Back to the sign-in page").click()
    provider.replies["/.well-known/openid-configuration"] = (503, {}, b"")
    await page.get_by_role("button", name=f"Sign in with {NAME}").click()
    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached at the moment")
    await page.get_by_role("link", name="Back to the sign-in page").click()
    await expect(page.get_by_label("Password")).to_be_visible()


async def test_the_owner_connects_the_account_under_settings(
    site: Site, provider: OpenIDProvider, open_tab: OpenTab
) -> None:
    page = await open_tab(site, "/settings/")
    await page.get_by_role("link", name="Single sign-on").click()
    await page.get_by_role("button", name=f"Connect with {NAME}").click()
    await page.get_by_role("link", name="Sign in").click()
    await expect(page.get_by_role("status")).to_contain_text("Connected.")
    other = await open_tab(site, "/login/", signed_in=False)
    await to_provider(other)
    await other.get_by_role("link", name="Sign in").click()
    await expect(other).to_have_url(f"{site.base_url}/")
    linked = site.rows(
        "SELECT username FROM auth_user JOIN socialaccount_socialaccount link "
        "ON link.user_id = auth_user.id"
    )
    assert [row["username"] for row in linked] == ["owner"]
