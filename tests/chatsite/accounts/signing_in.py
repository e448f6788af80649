"""A person with a password, and how they sign in."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.support.document import parse

NAME, PASSWORD = "ada", "analytical engine 1843"
NEW = "difference engine 1822"


@pytest.fixture
def ada(db: None) -> User:
    return User.objects.create_user(NAME, "ada@example.org", PASSWORD)


def sign_in(client: Client, name: str = NAME, password: str = PASSWORD, **more: Any) -> Any:
    """`more` may hold further fields of the form, and `extra` for the request."""
    extra = more.pop("extra", {})
    return client.post("/login/", {"login": name, "password": password, **more}, **extra)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def inputs(reply: Any) -> dict[str, dict[str, str]]:
    """The attributes of a page's inputs, by their names."""
    page = parse(reply.content.decode())
    return {
        field.attributes["name"]: field.attributes for field in page.walk() if field.tag == "input"
    }
