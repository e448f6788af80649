"""How many tokens a model reads at once, for a send, which does not wait for any list."""

from __future__ import annotations

from streaming.catalog.model_menu import ModelChoice, TellsFacts
from streaming.picker import notes
from streaming.prices import price_list
from streaming.providers.config import ProviderConfig


def window(
    menu: TellsFacts, config: ProviderConfig, owner_id: int, choice: ModelChoice
) -> int | None:
    """As the gauge knows it. The list of prices is asked once a run has loaded it, in a thread."""
    if size := menu.facts(*choice).window:
        return size
    if price_list.is_loaded() and (size := price_list.window_of(config, choice.model)):
        return size
    return notes.window(owner_id, choice)
