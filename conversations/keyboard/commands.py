"""The commands of the palette: addresses, and buttons and links of the page that is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from conversations.access import Person
from conversations.roles import rights
from conversations.roles.rights import Right

ROW = ".row:has([aria-current])"
LAST, PROMPT = "#thread > :last-child", "#thread > :nth-last-child(1 of [data-role=user])"


@dataclass(frozen=True, slots=True)
class Command:
    """One of three: an address `to` go to (with `query`), what to `press` on the page, or the
    command of a `key`. What is not on the page to be pressed is not offered there.

    `words` find it next to those of its label.
    """

    label: str
    to: str = ""
    query: str = ""
    press: str = ""
    key: str = ""
    words: str = ""
    administrators: bool = False

    @property
    def shown(self) -> str:
        """The label in the language of whoever reads it."""
        return gettext(self.label)

    @property
    def address(self) -> str:
        return f"{reverse(self.to)}{self.query}" if self.to else ""

    def fits(self, typed: Sequence[str]) -> bool:
        """Whether each of these words begins one of its own."""
        return _begin(typed, f"{self.shown} {self.label} {self.words}")

    def rank(self, typed: Sequence[str]) -> int:
        """The less, the nearer its label is to these words: Enter does the first one at once."""
        if not typed:
            return 0
        exactly = self.shown.casefold().split() == list(typed)
        return 0 if exactly else 1 if _begin(typed, self.shown) else 2


def _begin(typed: Sequence[str], words: str) -> bool:
    own = words.casefold().split()
    return all(any(word.startswith(begun) for word in own) for begun in typed)


COMMANDS: Sequence[Command] = (
    Command("Stop the answer", press="[data-action=stop]", words="cancel"),
    Command("Resume the answer", press=f"{LAST} [data-action=resume]", words="continue"),
    Command("Retry", press=f"{LAST} [data-action=retry]", words="again"),
    Command("Regenerate the answer", press=f"{LAST} [data-action=regenerate]", words="again redo"),
    Command("Copy the answer", press=f"{LAST} [data-action=copy]", words="markdown"),
    Command("Choose a model", press="[data-models]", words="picker favourites llm"),
    Command("New conversation", to="conversations:new", words="chat start"),
    Command("New temporary conversation", to="conversations:new", query="?temporary=on"),
    Command("Edit the last prompt", press=f"{PROMPT} [data-action=edit]", words="change"),
    Command("Go to the newest answer", press="[data-jump], [data-latest]", words="end last latest"),
    Command("Find in this conversation", press="[data-find-open]", words="search"),
    Command("Suggest a title", press="[data-action=suggest-title]", words="name rename"),
    Command("Rename this conversation", press="[data-heading] [data-rename]", words="title name"),
    Command("Share this conversation", press="[data-heading] [data-action=share]", words="link"),
    Command("Pin this conversation", press=f"{ROW} [data-action=pin][value=on]", words="top"),
    Command("Unpin this conversation", press=f"{ROW} [data-action=pin][value=off]"),
    Command("Archive this conversation", press=f"{ROW} [data-action=archive][value=on]"),
    Command(
        "Take this conversation out of the archive",
        press=f"{ROW} [data-action=archive][value=off]",
        words="unarchive",
    ),
    Command("Move this conversation to a project", press=f"{ROW} [data-action=move]"),
    Command("Print this conversation", press="[data-print]"),
    Command("Delete this conversation", press="[data-heading] [data-delete]", words="trash remove"),
    Command("Select conversations", press="[data-action=select]", words="many several"),
    Command("Search everything", to="conversations:search", words="find"),
    Command("Archive", to="order:archive", words="archived"),
    Command("Trash", to="trash:list", words="deleted restore undo"),
    Command("Prompts", to="prompts:list", words="saved library templates slash"),
    Command("Import and export", to="transfer:import", words="archive backup chatgpt claude zip"),
    Command("Settings", to="preferences:settings", words="preferences options choices"),
    Command("Keyboard shortcuts", key="keys", words="keys help hotkeys"),
    Command("Change the password", to="account_change_password"),
    Command("Help", to="conversations:readme", words="readme documentation manual"),
    Command("Providers", to="providers:list", words="models keys", administrators=True),
    Command("People", to="people:list", words="accounts users", administrators=True),
    Command("Sign out", press="[data-logout] button", words="log out leave"),
)


def fitting(user: Person, typed: str) -> list[Command]:
    """Those that fit what was typed, the nearest first; all for nothing. None that this person
    may not use.
    """
    words = typed.casefold().split()
    administers = rights.may(user, Right.ADMINISTER)
    found = [
        command
        for command in COMMANDS
        if command.fits(words) and (administers or not command.administrators)
    ]
    return sorted(found, key=lambda command: command.rank(words))
