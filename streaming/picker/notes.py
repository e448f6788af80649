"""What each person noted of models: which are favourites, and how much they read at once."""

from __future__ import annotations

from collections.abc import Sequence

from conversations.models import Conversation
from streaming.catalog.model_menu import ModelChoice
from streaming.models import ModelNote

LAST_USED, LOOKED_AT = 5, 50


def favourites(owner_id: int) -> Sequence[ModelChoice]:
    rows = ModelNote.objects.filter(owner_id=owner_id, favourite=True).order_by("pk")
    return [ModelChoice(*row) for row in rows.values_list("provider", "model")]


def last_used(owner_id: int) -> Sequence[ModelChoice]:
    """Of the newest conversations, the last one first."""
    rows = Conversation.objects.filter(owner_id=owner_id).exclude(model="")
    newest = rows.order_by("-updated_at").values_list("provider", "model")[:LOOKED_AT]
    return [ModelChoice(*each) for each in list(dict.fromkeys(newest))[:LAST_USED]]


def note(owner_id: int, choice: ModelChoice, **noted: bool | int | None) -> None:
    """Keep this, and leave the rest of the note as it is."""
    ModelNote.objects.update_or_create(
        owner_id=owner_id, provider=choice.provider, model=choice.model, defaults=noted
    )


def window(owner_id: int, choice: ModelChoice) -> int | None:
    """What the person says that the model reads at once."""
    rows = ModelNote.objects.filter(owner_id=owner_id, provider=choice.provider, model=choice.model)
    return rows.values_list("window", flat=True).first()
