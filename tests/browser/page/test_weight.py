"""A first page is small, asks for little, and nothing on it moves."""

from __future__ import annotations

import pytest

from tests import ROOT
from tests.browser.conftest import Complaints, OpenTab
from tests.browser.stored_conversations import conversation
from tests.browser.weight import visit
from tests.support.site import Site

pytestmark = pytest.mark.browser

MESSAGES = 40
ANSWER = (ROOT / "docs/rendering.md").read_text("utf-8")[:1500]


async def test_a_first_page_is_within_its_budget(
    site: Site, open_tab: OpenTab, complaints: Complaints
) -> None:
    """On a site of its own: what a page weighs depends on the conversations that it lists."""
    complaints.expect("favicon.ico")  # which a reply that is no page does not name
    for path in ("/", conversation(site, MESSAGES, ANSWER)):
        page = await open_tab(site, "/healthz")  # so this profile has cached nothing yet
        assert (await visit(page, site.base_url + path)).excess() == []
