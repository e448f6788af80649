"""Keys where somebody may read: masked, and taken out of what others wrote."""

MASK = "••••"
LONG_ENOUGH_TO_HINT = 12


LONG_ENOUGH_TO_KNOW = 8
"""A shorter key is also a word of other lines."""
MOST_KNOWN = 2000

_known: dict[str, None] = {}
"""The keys that this process asks with, the latest last."""


def remember(key: str) -> None:
    """Blank it out of whatever is logged from now on: a server may repeat it in any header."""
    if len(key) >= LONG_ENOUGH_TO_KNOW:
        _known.pop(key, None)
        _known[key] = None
        while len(_known) > MOST_KNOWN:
            _known.pop(next(iter(_known)), None)


def without_known(text: str) -> str:
    """The text without any key that this process asks with."""
    for key in tuple(_known):
        text = text.replace(key, MASK)
    return text


def masked(key: str) -> str:
    """Enough to tell one key from another, for who has seen both."""
    return MASK + key[-4:] if len(key) >= LONG_ENOUGH_TO_HINT else MASK


def without_key(text: str, key: str) -> str:
    """The text with the key blanked out, which some servers repeat."""
    return text.replace(key, MASK) if key else text
