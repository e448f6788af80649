"""Which acts the log knows, as its page names them."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class What(TextChoices):
    """What is done; for a switch or a limit, the row says from what to what."""

    ROLE = "role", _("Role changed")
    ACCOUNT_ADDED = "account-added", _("Account added")
    ACCOUNT_SWITCHED = "account-switched", _("Account switched on or off")
    ACCOUNT_DELETED = "account-deleted", _("Account deleted")
    SESSIONS_ENDED = "sessions-ended", _("Signed out everywhere")
    LINK_MADE = "link-made", _("Link for a password made")
    FACTORS_REMOVED = "factors-removed", _("Second factors removed")
    INVITED = "invited", _("Invitation made")
    INVITATION_USED = "invitation-used", _("Invitation used")
    INVITATION_TAKEN_BACK = "invitation-taken-back", _("Invitation taken back")
    PROVIDER_ADDED = "provider-added", _("Provider added")
    PROVIDER_CHANGED = "provider-changed", _("Provider changed")
    PROVIDER_DELETED = "provider-deleted", _("Provider deleted")
    AUDIENCE = "audience", _("Who may use a model chosen")
    OWN_KEYS = "own-keys", _("People's own keys allowed or not")
    DEFAULT_MODEL = "default-model", _("Model for new conversations chosen")
    SERVER_ADDED = "server-added", _("Server of tools added")
    SERVER_CHANGED = "server-changed", _("Server of tools changed")
    SERVER_ASKED = "server-asked", _("Server of tools asked for its tools")
    SERVER_CONNECTED = "server-connected", _("Server of tools connected")
    SERVER_DELETED = "server-deleted", _("Server of tools deleted")
    QUOTA = "quota", _("Quota changed")
    ANSWER_STOPPED = "answer-stopped", _("Answer stopped")
    RESTORED = "restored", _("Database restored from a copy")
