"""Mail of the site: sent by one thread after the reply; a failure is logged."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

from django.conf import settings
from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

_sender = ThreadPoolExecutor(1, thread_name_prefix="mail")
_room = BoundedSemaphore(settings.MAILS_WAITING)


def can_send() -> bool:
    """Whether a mail server was named."""
    return settings.EMAIL_SERVER is not None


def send_soon(message: EmailMessage) -> Future[bool] | None:
    """None if too many wait already: then this one is dropped."""
    if not _room.acquire(blocking=False):
        logger.warning("A mail was not sent: too many wait for the mail server")
        return None
    sending = _sender.submit(send, message)
    sending.add_done_callback(lambda _: _room.release())
    return sending


def send(message: EmailMessage) -> bool:
    """False if the mail server did not take it; the log does not say whose mail it was."""
    try:
        return bool(message.send())
    except OSError as trouble:  # smtplib's errors are OSErrors, too
        logger.warning("A mail could not be sent: %s", type(trouble).__name__)
        return False
