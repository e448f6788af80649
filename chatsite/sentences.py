"""Sentences that readers see about sign-ins and accounts.

Those in templates stay there, and an error about a setting stands where the setting is read.
"""

from __future__ import annotations

SIGNED_OUT = "You are signed out. Sign in, then try again: what you typed is kept."
WRONG_NAME_OR_PASSWORD = "The name or the password is wrong."  # noqa: S105 (a sentence)
WRONG_PASSWORD = "That is not your password."  # noqa: S105 (a sentence)
CHANGED = "Your password is changed. Everywhere else you are signed out."
NAME_IS_MISSING = "A person needs a name to sign in with."
NAME_IS_TAKEN = "Somebody has that name."
SWITCHED_ON = "Switched on. The person can sign in again."
SWITCHED_OFF = "Switched off. The person is signed out everywhere."


def too_many_failed(seconds: int) -> str:
    """Whole minutes from the first one on, rounded up."""
    if seconds < 60:
        wait = f"{seconds} second{'s' if seconds > 1 else ''}"
    else:
        minutes = -(-seconds // 60)
        wait = f"{minutes} minute{'s' if minutes > 1 else ''}"
    return f"Too many sign-ins failed. Try again in {wait}."
