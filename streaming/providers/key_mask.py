"""Keys where somebody may read: masked, and taken out of what others wrote."""

MASK = "••••"
LONG_ENOUGH_TO_HINT = 12


def masked(key: str) -> str:
    """Enough to tell one key from another, for who has seen both."""
    return MASK + key[-4:] if len(key) >= LONG_ENOUGH_TO_HINT else MASK


def without_key(text: str, key: str) -> str:
    """The text with the key blanked out, which some servers repeat."""
    return text.replace(key, MASK) if key else text
