"""About how many tokens files have for a provider, and what these cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from conversations.branches import PlainMessage
from conversations.files import attached
from conversations.files.models import File
from streaming.providers import file_limits
from streaming.providers.base import SentFile
from streaming.providers.config import ProviderConfig


def of_messages(config: ProviderConfig, message_ids: Iterable[int]) -> int:
    """Of all files that hang on these messages. One query."""
    rows = attached.files_of(message_ids)
    return sum(of_files(config, files) for files in rows.values())


def lengths(turns: Sequence[PlainMessage]) -> dict[int, int]:
    """By message how long it is in characters, its files too. A query where some have files."""
    found = {turn.pk: len(turn.text) for turn in turns}
    for pk, files in attached.files_of([turn.pk for turn in turns if turn.has_files]).items():
        found[pk] += of_files(None, files) * file_limits.CHARACTERS_A_TOKEN
    return found


def of_files(config: ProviderConfig | None, files: Iterable[File]) -> int:
    """For this provider; None: for one of which nothing is known."""
    return sum(
        file_limits.tokens(
            config,
            file.kind,
            width=file.width or 0,
            height=file.height or 0,
            characters=file.characters or 0,
            pages=file.pages or 0,
        )
        for file in files
    )


def characters(file: SentFile) -> int:
    """What a file is worth where a request is measured in characters."""
    if file.kind == "document":
        return len(file.text)
    size = file_limits.FileLimits().tokens(file.width, file.height) if file.data else 0
    return size * file_limits.CHARACTERS_A_TOKEN
