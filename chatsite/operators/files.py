"""Files that an environment variable names: the providers of models, and the servers of tools."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from streaming.providers.config import ConfigError, ProviderConfig, load_providers

SERVER_FIELDS: Mapping[str, type] = {
    "name": str,
    "url": str,
    "headers": dict,
    "command": str,
    "args": list,
    "env": dict,
}


def read_providers(environ: Mapping[str, str], name: str) -> tuple[ProviderConfig, ...]:
    """Those of the file that this variable names, and of other variables."""
    path = environ.get(name) or ""
    text = _text(name, path) if path else None
    try:
        return load_providers(environ, toml_text=text, toml_path=path)
    except ConfigError as trouble:
        raise ImproperlyConfigured(str(trouble)) from trouble


def read_tool_servers(environ: Mapping[str, str], name: str) -> dict[str, dict[str, Any]]:
    """The `[[server]]` tables of the file that this variable names, by short names of theirs."""
    path = environ.get(name) or ""
    if not path:
        return {}
    try:
        tables = tomllib.loads(_text(name, path)).get("server", [])
    except (tomllib.TOMLDecodeError, RecursionError) as trouble:
        raise ImproperlyConfigured(f"{path} is not TOML: {trouble}.") from trouble
    if not isinstance(tables, list):
        raise ImproperlyConfigured(f"{path} must write each server as [[server]].")
    found: dict[str, dict[str, Any]] = {}
    for table in tables:
        _check_server(table, path)
        slug = re.sub(r"[^a-z0-9]+", "-", table["name"].lower()).strip("-")[:20] or "server"
        if slug in found:
            raise ImproperlyConfigured(f"{path} has two servers of the name {table['name']!r}.")
        found[slug] = table
    return found


def _check_server(table: Any, path: str) -> None:
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        raise ImproperlyConfigured(f"Each [[server]] in {path} needs a name.")
    for field, value in table.items():
        kind = SERVER_FIELDS.get(field)
        if kind is None:
            known = ", ".join(SERVER_FIELDS)
            raise ImproperlyConfigured(f"{path} has {field!r} in a [[server]]; known: {known}.")
        inside = value.values() if isinstance(value, dict) else value
        if not isinstance(value, kind) or not all(isinstance(each, str) for each in inside):
            raise ImproperlyConfigured(f"{field!r} of a [[server]] in {path} is not of its kind.")
    if bool(table.get("url")) == bool(table.get("command")):
        raise ImproperlyConfigured(
            f"The server {table['name']!r} in {path} needs either a url or a command."
        )


def _text(name: str, path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError as trouble:
        raise ImproperlyConfigured(
            f"{name} names {path}, which cannot be read: {trouble.strerror}."
        ) from trouble
    except UnicodeDecodeError as trouble:
        raise ImproperlyConfigured(f"{path} is not UTF-8 text; save it as UTF-8.") from trouble
