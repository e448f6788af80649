"""The parameters of a request under the names of a server."""

from collections.abc import Mapping
from typing import Any


def renamed(parameters: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """Those that are there, under the server's names (ours = theirs)."""
    return {
        theirs: parameters[ours]
        for ours, theirs in names.items()
        if parameters.get(ours) is not None
    }
