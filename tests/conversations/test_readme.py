"""The README can be read on the site itself."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_demo_banners_link_leads_to_a_section_that_is_there(client: Client) -> None:
    client.force_login(User.objects.create_user("owner"))
    page = client.get("/readme/").content.decode()
    assert '<section id="connect-a-model"><div' in page
    assert "OPENAI_API_KEY" in page
    assert "<img" not in page
