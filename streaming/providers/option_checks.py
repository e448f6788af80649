"""What is wrong with the options of a provider, as the end of a sentence. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from streaming.providers.service_names import names_service


def complaint(format_: object, options: Mapping[str, Any], models: Iterable[str]) -> str:
    """What is wrong, to follow the name of the provider; empty if nothing is."""
    if options.get("think_tags", "closing") != "closing":
        return (
            'options.think_tags may only be "closing", for a server that sends '
            "the end of a thought without its beginning."
        )
    if format_ == "gateway" and not options.get("service_name"):
        for model in models:
            if not names_service(model):
                return (
                    f"write model “{model}” as service/model, "
                    "or name the service in options.service_name."
                )
    return ""
