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


@pytest.mark.parametrize("size", [0, MESSAGES], ids=["empty", "long"])
async def test_a_first_page_is_within_its_budget(
    shared_site: Site, open_tab: OpenTab, complaints: Complaints, size: int
) -> None:
    path = conversation(shared_site, size, ANSWER) if size else "/"
    complaints.expect("favicon.ico")  # which a reply that is no page does not name
    page = await open_tab(shared_site, "/healthz")  # so this profile has cached nothing yet
    assert (await visit(page, shared_site.base_url + path)).excess() == []
