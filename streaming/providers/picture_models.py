"""Which models answer whole, and not in pieces: those of a gateway that make pictures. Pure.

Its guide says of them "use the regular /generate endpoint". They are known by their names;
`generate`, a list of models in the provider's `options`, names further ones.
"""

import re

from streaming.providers.config import ProviderConfig

_NAMES = re.compile(
    r"(?:^|[/_.:-])(?:images?|imagen|dall-?e|flux|sdxl|stable-?diffusion|midjourney|ideogram"
    r"|recraft|seedream|paints)(?:[/_.:-]|\d|$)",
    re.IGNORECASE,
)


def answers_whole(config: ProviderConfig, model: str) -> bool:
    if config.format != "gateway":
        return False
    named = config.options.get("generate", ())
    return _NAMES.search(model) is not None or (type(named) in (list, tuple) and model in named)
