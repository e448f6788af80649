"""What a provider's list says of a model, besides its id."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """None where the list says nothing. `window` is in tokens; rates are US dollars a million."""

    name: str = ""
    window: int | None = None
    input_rate: Decimal | None = None
    output_rate: Decimal | None = None
    images: bool | None = None
    thinks: bool | None = None
    tools: bool | None = None


NOTHING = ModelFacts()
