"""Sentences that readers see about sign-ins and accounts.

Those in templates stay there, and an error about a setting stands where the setting is read.
"""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from conversations.languages.texts import lazy_text

SIGNED_OUT = lazy_text("You are signed out. Sign in, then try again: what you typed is kept.")
WRONG_NAME_OR_PASSWORD = lazy_text("The name or the password is wrong.")
WRONG_PASSWORD = lazy_text("That is not your password.")
CHANGED = lazy_text("Your password is changed. Everywhere else you are signed out.")
NAME_IS_MISSING = lazy_text("A person needs a name to sign in with.")
NAME_IS_TAKEN = lazy_text("Somebody has that name.")
SWITCHED_ON = lazy_text("Switched on. The person can sign in again.")
SWITCHED_OFF = lazy_text("Switched off. The person is signed out everywhere.")
SAVED = lazy_text("Saved.")
ROLE_GIVEN = lazy_text("The role was changed. Pages that the person has open say so.")
LAST_ADMINISTRATOR = lazy_text("Somebody has to administer the site: this is the last one who can.")
SIGNED_OUT_EVERYWHERE = lazy_text("The person is signed out everywhere.")
INVITATION_TAKEN_BACK = lazy_text("The invitation was taken back. Its link does not work any more.")
INVITATION_IS_VOID = lazy_text(
    "It was used already, was taken back, or is too old. Ask who invited you for another one."
)
NOT_YOUR_NAME = lazy_text("That is not the name you sign in with.")
PASSWORD_OF_OWN_WORDS = lazy_text(
    "This password is little more than your name or the name of this site. "
    "Add words that have nothing to do with either."
)
PASSWORDS_DIFFER = lazy_text("The two passwords are not the same.")
TOKEN_NEEDED = lazy_text(
    "Sign in with an access token: Authorization: Bearer, then the token. "
    "Tokens are made under Settings, Access tokens."
)
WRONG_TOKEN = lazy_text(
    "This access token is not valid: it was revoked or copied in part, "
    "or its owner is switched off."
)
READ_ONLY_TOKEN = lazy_text("This access token only reads. Make one that may write.")
NO_CSRF_TOKEN = lazy_text(
    "A request with the session of a browser needs its CSRF token. Use an access token instead."
)
TOKEN_NAME_MISSING = lazy_text("A token needs a name, so that you know later what it is for.")
SIGN_ON_NOT_BEGUN = lazy_text(
    "This sign-in was not begun in this browser, took too long, or was used already. Begin again."
)
SIGN_ON_TURNED_AWAY = lazy_text("You were not let in there, or went back. Nothing was changed.")
SIGN_ON_UNREACHABLE = lazy_text(
    "The sign-in service cannot be reached at the moment. Try again soon, or sign in with a "
    "password."
)
SIGN_ON_NOT_TRUSTED = lazy_text(
    "What the sign-in service sent cannot be trusted, so nobody was signed in. Begin again; if it "
    "happens again, tell an administrator."
)
SIGN_ON_NO_GROUP = lazy_text(
    "You are in no group that may come in here. Ask an administrator to let you in."
)
SIGN_ON_NO_ACCOUNT = lazy_text(
    "You have no account here yet. Ask an administrator, or sign in with a password and connect it "
    "under Settings."
)
SIGN_ON_SWITCHED_OFF = lazy_text("Your account here is switched off. Ask an administrator.")
SIGN_ON_OTHERS = lazy_text("It is connected with another account here already.")
SIGN_ON_CONNECTED = lazy_text("Connected. You can sign in with it from now on.")
SIGN_ON_DISCONNECTED = lazy_text("Disconnected. You sign in with your password.")
SIGN_ON_NEEDS_PASSWORD = lazy_text(
    "You have no password here, so it is your only way in. Set a password first."
)

WRONG_CODE = lazy_text("This code is wrong, or was used already.")
WRONG_PASSKEY = lazy_text("This passkey was not accepted. Try again, or use another one.")
WRONG_NEW_CODE = lazy_text(
    "This is not the code that the app shows for this key. Is the clock of that device right?"
)
FACTOR_UNREADABLE = lazy_text(
    "This site cannot read your second factor any more, as the key that it was kept under is gone. "
    "Use a passkey, or ask an administrator to take your second factors away."
)
APP_ADDED = lazy_text("The app is set up. From now on signing in asks for its code, too.")
APP_REMOVED = lazy_text("Codes of the app are not asked for any more.")
PASSKEY_ADDED = lazy_text("The passkey is added.")
PASSKEY_RENAMED = lazy_text("The passkey has another name.")
PASSKEY_REMOVED = lazy_text("The passkey is removed. This site does not accept it any more.")
CODES_MADE = lazy_text("These are your new recovery codes. The old ones do not work any more.")
FACTORS_TAKEN_AWAY = lazy_text("The person signs in without a second factor now.")
ASKED_AGAIN = lazy_text("This asks who you are once more. Reload the page, and do it there.")


def too_many_passkeys(most: int) -> str:
    return gettext("You have %(most)s passkeys, which is the most. Remove one first.") % {
        "most": most
    }


def too_many_tokens(most: int) -> str:
    return gettext("You have %(most)s tokens, which is the most. Revoke one first.") % {
        "most": most
    }


def too_many_failed(seconds: int) -> str:
    """Whole minutes from the first one on, rounded up."""
    if seconds < 60:
        wait = ngettext("%(number)d second", "%(number)d seconds", seconds) % {"number": seconds}
    else:
        minutes = -(-seconds // 60)
        wait = ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}
    return gettext("Too many sign-ins failed. Try again in %(wait)s.") % {"wait": wait}
