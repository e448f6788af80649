"""The search for secrets that every site of the tests is under finds one that comes out."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.secrets.kept import secrets, secrets_of

KEY = "sk-a+key/of=a&site"


@pytest.mark.parametrize(
    "said",
    [
        KEY,
        f"asked with Bearer {KEY} and refused",
        quote(KEY, safe=""),
        json.dumps({"key": f'"{KEY}"'}),
        base64.b64encode(f"user:{KEY}".encode()).decode(),
    ],
)
def test_it_is_found_in_every_shape(said: str) -> None:
    with pytest.raises(AssertionError, match="provider"):
        secrets({"provider": KEY}).expects_none("a page", f"<p>{said}</p>")


def test_other_words_are_none_and_short_ones_are_not_looked_for() -> None:
    secrets({"provider": KEY, "short": "key"}).expects_none("a page", "a key of a site")


def test_a_sites_secrets_are_those_of_its_folder_and_of_its_environment(tmp_path: Path) -> None:
    (tmp_path / "field_key").write_text("the field key of the folder\n")
    known = secrets_of(tmp_path, {"SECRET_KEY": "given to it", "PORT": "80" * 9}, "a-session-of-32")
    assert known.marks.keys() == {"field_key", "session"}
    with pytest.raises(AssertionError, match="field_key"):
        known.expects_none("the log", b"opened by the field key of the folder")
