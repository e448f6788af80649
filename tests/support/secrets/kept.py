"""A site's own secrets, searched for in all that it prints and sends: every test is such a search.

The keys of its folder, what the tests give it by the environment, and the session of its owner are
marks that stand in nothing but the cookie of a sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.secrets.shapes import shapes

FILES = ("secret_key", "field_key")
GIVEN = ("SECRET_KEY", "FIELD_KEYS", "OPENAI_API_KEY", "OIDC_CLIENT_SECRET")
SHORTEST = 12
"""Characters; a shorter key of a test is a word that may stand anywhere."""


@dataclass(frozen=True)
class Secrets:
    """Each by its name, in every shape that a page, a log or a file could give it."""

    marks: Mapping[str, frozenset[bytes]]

    def expects_none(self, where: str, said: str | bytes) -> None:
        data = said.encode("utf-8", "replace") if isinstance(said, str) else said
        out = [name for name, marks in self.marks.items() if any(mark in data for mark in marks)]
        assert out == [], f"{out} came out in {where}"


def secrets(known: Mapping[str, str]) -> Secrets:
    """Without what is too short to be told from other words."""
    long = {name: text for name, text in known.items() if len(text) >= SHORTEST}
    return Secrets({name: frozenset(shapes(text)) for name, text in long.items()})


def secrets_of(folder: Path, settings: Mapping[str, str], session: str) -> Secrets:
    """Those of a site with this folder and environment, as far as they are there now."""
    files = {name: folder / name for name in FILES}
    known = {
        name: path.read_text("utf-8").strip() for name, path in files.items() if path.is_file()
    }
    known |= {name: settings[name] for name in GIVEN if name in settings}
    return secrets(known | {"session": session})
