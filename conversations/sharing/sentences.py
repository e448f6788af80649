"""Sentences that readers see about shares; those in templates stay there."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _


def too_many() -> str:
    return _("You share %(most)s links, which is the most. Revoke one first.") % {
        "most": settings.SHARES
    }


def too_long() -> str:
    return _("A link shows at most %(most)s messages. Share up to an earlier one.") % {
        "most": f"{settings.SHARE_MESSAGES:,}"
    }


def too_large() -> str:
    return _(
        "A link holds at most %(most)s bytes. Share up to an earlier message, or less of it."
    ) % {"most": f"{settings.SHARE_BYTES:,}"}
