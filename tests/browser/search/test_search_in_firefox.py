"""The search in a real Firefox: from the keyboard to the word, which is marked and in view."""

from __future__ import annotations

import pytest

from tests.support.firefox.browser import Firefox
from tests.support.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.firefox]

MAKE = """
from django.contrib.auth.models import User
from tests.support.rows import long_conversation

thread = long_conversation(User.objects.first(), 400, "Some *words*. " * 10)
far = thread.messages.order_by("pk")[3]
far.text = "Far above.\\n\\n" * 60 + "An **axolotl** in `code`." + "\\n\\nBelow." * 60
far.save()
"""
BOX = "[data-search] input[name=q]"


async def test_a_search_from_the_keyboard_lands_on_the_word(
    shared_site: Site, firefox: Firefox
) -> None:
    assert shared_site.cookies  # the owner exists from then on
    shared_site.manage("shell", "-v0", "-c", MAKE)
    async with firefox.tab(shared_site) as tab:
        await tab.evaluate("() => document.activeElement.blur()")
        await tab.press("/")
        await tab.until("(box) => document.activeElement.matches(box)", BOX)
        await tab.press(*"axol", "Enter")
        await tab.until_there("a[data-hit] mark")
        assert await tab.texts("a[data-hit] mark") == ["axolotl"]
        await tab.click("a[data-hit]")
        await tab.until_in_view("mark[data-found]")
        assert await tab.texts("[data-found]") == ["axolotl"]
