"""The table of keys: what the scripts of a page act upon, and what is shown of it to readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

from django.utils.translation import gettext_noop

from conversations.preferences.models import Preferences

Where: TypeAlias = Literal["anywhere", "free", "box", "free-or-box"]
"""Also where somebody writes; only where nobody does; only in the message box while it is empty."""

PAGE, BOX = gettext_noop("On the page"), gettext_noop("In the message box")
PALETTE = gettext_noop("In the palette")
SendingKey = Preferences.SendingKey
MAC = {"Mod": "⌘", "Shift": "⇧"}
NAMES = {"Mod": "Ctrl", "ArrowUp": "↑", "ArrowDown": "↓", "Escape": "Esc"}


@dataclass(frozen=True, slots=True)
class Key:
    """`pressed` names keys as browsers do, and Mod for Ctrl or, on a Mac, ⌘.

    Without a `command` the key does what it always does there, whatever a person chose.
    """

    pressed: str
    label: str
    place: str = PAGE
    command: str = ""
    where: Where = "free"

    def shown(self, *, mac: bool) -> list[str]:
        """What is printed on the keys."""
        names = NAMES | (MAC if mac else {})
        return [names.get(each, each) for each in self.pressed.split("+")]


SENDS = Key("Enter", "Send", BOX)
NEW_LINE = Key("Shift+Enter", "Start a new line", BOX)
SENT_WITH: Mapping[tuple[str, Key], Key] = {
    (SendingKey.CTRL_ENTER, SENDS): replace(SENDS, pressed="Mod+Enter"),
    (SendingKey.CTRL_ENTER, NEW_LINE): replace(NEW_LINE, pressed="Enter"),
}
"""What these keys are for whoever chose another key that sends."""

KEYS: Sequence[Key] = (
    Key("Mod+K", "Find a conversation or a command", command="palette", where="anywhere"),
    Key("/", "Search everything", command="search"),
    Key("End", "Go to the newest answer", command="latest", where="free-or-box"),
    Key("Escape", "Stop the answer", command="stop", where="anywhere"),
    Key("?", "Show these keys", command="keys"),
    SENDS,
    NEW_LINE,
    Key("ArrowUp", "Edit the last prompt, while the box is empty", BOX, "edit", "box"),
    Key("ArrowDown", "Next", PALETTE),
    Key("ArrowUp", "Previous", PALETTE),
    Key("Enter", "Go there, or do it", PALETTE),
    Key("Escape", "Close", PALETTE),
)


def spelled(keys: Iterable[Key] = KEYS) -> str:
    """The commands with their keys, as `keyboard/keys.js` reads them."""
    return " ".join(f"{key.command}:{key.where}:{key.pressed}" for key in keys if key.command)


def by_place(*, mac: bool, sending_key: str = "") -> list[tuple[str, list[tuple[list[str], str]]]]:
    """What is pressed and what that does, for each place, with the key that sends."""
    return [
        (place, [(key.shown(mac=mac), key.label) for key in keys])
        for place, keys in groupby(_with(sending_key), lambda key: key.place)
    ]


def _with(sending_key: str) -> list[Key]:
    return [SENT_WITH.get((sending_key, key), key) for key in KEYS]


def is_mac(browser: str) -> bool:
    """Whether the browser that calls itself that has a ⌘ key."""
    return "Mac OS X" in browser
