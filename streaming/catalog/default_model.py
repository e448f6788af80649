"""The model that new conversations start with, where the administrators chose one."""

from __future__ import annotations

from streaming.catalog.model_menu import ModelChoice
from streaming.models import DefaultModel


def default_model() -> ModelChoice | None:
    row = DefaultModel.objects.filter(pk=DefaultModel.ONLY).first()
    return ModelChoice(row.provider, row.model) if row else None


def choose_default(choice: ModelChoice | None) -> None:
    """None: new conversations start with the model that was used last."""
    if choice is None:
        DefaultModel.objects.all().delete()
        return
    DefaultModel.objects.update_or_create(
        pk=DefaultModel.ONLY, defaults={"provider": choice.provider, "model": choice.model}
    )
