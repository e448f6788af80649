"""Blocks of wire format `messages` that are no text: pictures, and searches."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def image(data: str) -> dict[str, Any]:
    """As compatible servers send it; the vendor's own models make no pictures."""
    source = {"type": "base64", "media_type": "image/png", "data": data}
    return {"type": "image", "source": source}


def citation(url: str, title: str) -> dict[str, Any]:
    place = {"url": url, "title": title, "encrypted_index": "ZGVtbw==", "cited_text": title}
    return {"type": "web_search_result_location", **place}


def search_blocks(
    query: str, results: Iterable[tuple[str, str]]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the server asked, and what it found."""
    asked = {"id": "srvtoolu_demo", "name": "web_search", "input": {"query": query}}
    found = [
        {
            "type": "web_search_result",
            "url": url,
            "title": title,
            "encrypted_content": "ZGVtbw==",
            "page_age": None,
        }
        for url, title in results
    ]
    result = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_demo", "content": found}
    return {"type": "server_tool_use", **asked}, result
