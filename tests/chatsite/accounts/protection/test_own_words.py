"""No password that is little more than the site's name, its address or the person's own."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from chatsite import sentences

ADA = User(username="adalovelace", email="countess@engines.example")


@pytest.mark.parametrize(
    "password",
    [
        "Chatsite2026!",
        "chatsitechatsite",
        "AdaLovelace1843",
        "countess-12345",
        "engines.example",
        "my.house.example",
        "house-chatsite-7",
    ],
)
def test_what_follows_from_the_site_or_the_person_is_refused(
    settings: object, password: str
) -> None:
    settings.PUBLIC_ORIGIN = "https://my.house.example"  # type: ignore[attr-defined]
    with pytest.raises(ValidationError) as refusal:
        validate_password(password, ADA)
    assert str(sentences.PASSWORD_OF_OWN_WORDS) in refusal.value.messages


@pytest.mark.parametrize(
    "password",
    ["analytical engine 1843", "correct chatsite battery staple", "wwwwcomcomwwwcom"],
)
def test_others_pass_also_with_such_a_word_in_them(password: str) -> None:
    validate_password(password, ADA)


def test_one_of_64_characters_and_of_any_script_passes() -> None:
    validate_password("ж" * 64, ADA)
