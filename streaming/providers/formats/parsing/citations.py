"""Sources wherever servers name them: in annotations, lists of addresses, results of a search."""

from typing import Any

from streaming.providers.formats.building.sources import Sources
from streaming.providers.formats.json_values import mapping, string

_ADDRESSES = ("url", "uri", "source", "link")
_INSIDE = ("url_citation", "web")


def cite(sources: Sources, *lists: Any) -> None:
    """Say the sources in these lists: addresses, or objects with an address and a title."""
    for listed in lists:
        for entry in listed if type(listed) is list else ():
            cite_one(sources, entry)


def cite_one(sources: Sources, entry: Any) -> None:
    if type(entry) is str:
        sources.add(entry, "")
        return
    outer = mapping(entry)
    fields = next((inner for key in _INSIDE if (inner := mapping(outer.get(key)))), outer)
    address = next((found for key in _ADDRESSES if (found := string(fields.get(key)))), "")
    if address:
        sources.add(address, string(fields.get("title")))
