"""What is stored of a text for the search. Pure: migrations use it too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from conversations.search.index.facets import facets_of
from conversations.search.index.terms import token_row


@dataclass(frozen=True, slots=True)
class Ending:
    """Which model wrote an answer, and how it ended: one of `facets.STATES`, or nothing to say."""

    model: str = ""
    state: str = ""


PLAIN = Ending()


@dataclass(frozen=True, slots=True)
class Text:
    """A title (`message_id` is None), prompt or answer."""

    owner_id: int
    conversation_id: UUID
    message_id: int | None
    text: str
    written_at: datetime

    @property
    def key(self) -> str:
        if self.message_id is None:
            return f"title-{self.conversation_id.hex}"
        return f"message-{self.message_id}"

    def row(self, ending: Ending = PLAIN) -> dict[str, Any]:
        """The columns of its row."""
        facets = facets_of(
            self.owner_id,
            self.conversation_id,
            self.text,
            title=self.message_id is None,
            model=ending.model,
            state=ending.state,
        )
        return {
            "key": self.key,
            "owner_id": self.owner_id,
            "conversation_id": self.conversation_id,
            "message_id": self.message_id,
            "words": token_row(self.text),
            "facets": facets,
            "model": ending.model,
            "state": ending.state,
            "written_at": self.written_at,
        }
