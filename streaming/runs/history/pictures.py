"""Pictures that come with an answer, or with what a tool says: kept as files on its message."""

from __future__ import annotations

import binascii
import logging
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError

from conversations.files import keeping
from conversations.files.reading import Refused
from streaming.db_threads import in_long_thread

logger = logging.getLogger(__name__)

NAME = "picture"


async def kept(
    owner_id: int, message_id: int, media_type: str, data: bytes | str
) -> Mapping[str, Any] | None:
    """What a page needs of the picture once it is a file; None if it is none, or not taken.

    `data` are its bytes, or these as base64.
    """
    try:
        return await in_long_thread(_keep)(owner_id, message_id, media_type, data)
    except (Refused, DatabaseError, OSError, binascii.Error) as trouble:
        logger.warning("A picture of answer %d was not kept: %s", message_id, trouble)
        return None


def _keep(owner_id: int, message_id: int, media_type: str, data: bytes | str) -> Mapping[str, Any]:
    content = b64decode(data) if isinstance(data, str) else data
    file = keeping.keep(owner_id, message_id, content, media_type, NAME)
    return {
        "file": str(file.pk),
        "name": file.name,
        "media_type": file.media_type,
        "width": file.width,
        "height": file.height,
    }
