"""The rows of what is kept, all named here; `threads` says what its managers leave out."""

from conversations.models.search import SearchEntry
from conversations.models.threads import (
    NOT_TRASHED,
    Conversation,
    ConversationManager,
    Deletion,
    Message,
    MessageManager,
    MessageQuerySet,
    MessageRows,
    Project,
)

__all__ = [
    "NOT_TRASHED",
    "Conversation",
    "ConversationManager",
    "Deletion",
    "Message",
    "MessageManager",
    "MessageQuerySet",
    "MessageRows",
    "Project",
    "SearchEntry",
]
