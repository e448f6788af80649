"""Which providers there are: read from the environment and from one TOML file."""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, TypeAlias, cast, get_args
from urllib.parse import urlsplit

from streaming.providers.option_checks import complaint

WireFormat: TypeAlias = Literal["chat", "responses", "messages", "gateway", "pawa"]
ResumeMode: TypeAlias = Literal["replay", "prefill", "prefill_echo", "instruct"]

FORMATS: tuple[WireFormat, ...] = get_args(WireFormat)
RESUME_MODES: tuple[str, ...] = get_args(ResumeMode)

_OPENAI = "https://api.openai.com/v1"
_ANTHROPIC = "https://api.anthropic.com/v1"
_MAX_URL = 2048


class ConfigError(Exception):
    """One sentence for the person who configures: what is wrong, where, how to fix it."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait: for a connection, the first byte, any byte, any event, progress; and
    for the end of the stream once upstream sent a finish reason.
    """

    connect: float = 10.0
    first_byte: float = 120.0
    silence: float = 60.0
    no_text: float = 300.0
    total: float = 1800.0
    after_finish: float = 5.0


@dataclass(frozen=True, slots=True)
class ProviderConfig:
    """One upstream as configured. `models` empty: ask the server for its list.

    `prefill_flag` is set on the trailing assistant message of a prefill, `extra_body` on
    every request, `options` are the wire format's own switches.
    """

    slug: str
    name: str
    format: WireFormat
    base_url: str
    api_key: str = field(default="", repr=False)
    models: tuple[str, ...] = ()
    resume: ResumeMode | None = None
    resume_for: Mapping[str, ResumeMode] = field(default_factory=dict, hash=False)
    prefill_flag: Mapping[str, Any] = field(default_factory=dict, hash=False)
    extra_body: Mapping[str, Any] = field(default_factory=dict, hash=False)
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    demo: bool = False
    timeouts: Timeouts = Timeouts()

    @property
    def is_background(self) -> bool:
        """Whether this upstream writes an answer to its end though nobody listens, and keeps it."""
        return self.format == "responses" and bool(self.options.get("background"))


def load_providers(
    environ: Mapping[str, str], *, toml_text: str | None = None, toml_path: str = ""
) -> tuple[ProviderConfig, ...]:
    """All configured providers, the file's first; raises ConfigError.

    `toml_text` is the file's content, `toml_path` only names it in a complaint.
    """
    found: dict[str, ProviderConfig] = {}
    where = toml_path or "The provider file"
    for table in _tables(toml_text, where):
        config = _from_table(table, environ, where)
        if config.slug in found:
            raise ConfigError(
                f"{where} has two providers called “{config.slug}”; rename one of them."
            )
        found[config.slug] = config
    for config in _from_environ(environ):
        found.setdefault(config.slug, config)
    return tuple(found.values())


def _from_environ(environ: Mapping[str, str]) -> list[ProviderConfig]:
    configs = []
    if environ.get("OPENAI_API_KEY") or environ.get("OPENAI_BASE_URL"):
        url = checked_url(environ.get("OPENAI_BASE_URL") or _OPENAI, "OPENAI_BASE_URL")
        name = "OpenAI" if url == _OPENAI else urlsplit(url).netloc
        key = checked_key(environ.get("OPENAI_API_KEY", ""), "OPENAI_API_KEY")
        configs.append(ProviderConfig("openai", name, "chat", url, key))
    if environ.get("ANTHROPIC_API_KEY"):
        url = checked_url(environ.get("ANTHROPIC_BASE_URL") or _ANTHROPIC, "ANTHROPIC_BASE_URL")
        key = checked_key(environ.get("ANTHROPIC_API_KEY", ""), "ANTHROPIC_API_KEY")
        configs.append(ProviderConfig("anthropic", "Anthropic", "messages", url, key))
    if environ.get("DEMO_UPSTREAM_URL"):
        configs += _demos(environ)
    return configs


def _demos(environ: Mapping[str, str]) -> list[ProviderConfig]:
    """The demo as "demo" in format chat; DEMO_FORMATS names further ones, or "all"."""
    url = checked_url(environ["DEMO_UPSTREAM_URL"], "DEMO_UPSTREAM_URL")
    wanted = environ.get("DEMO_FORMATS", "").replace(",", " ").split()
    places: dict[WireFormat, tuple[str, dict[str, Any]]] = {
        "responses": (f"{url}/v1", {}),
        "messages": (f"{url}/v1", {}),
        "gateway": (url, {"service_name": "demo", "models_path": "/v1/models"}),
        "pawa": (f"{url}/v1", {"models_path": "/models"}),
    }
    return [
        ProviderConfig("demo", "Demo", "chat", f"{url}/v1", demo=True),
        *(
            ProviderConfig(f"demo-{each}", f"Demo ({each})", each, base, options=own, demo=True)
            for each, (base, own) in places.items()
            if each in wanted or "all" in wanted
        ),
    ]


def _tables(text: str | None, where: str) -> list[dict[str, Any]]:
    if text is None:
        return []
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(f"{where} is not valid TOML: {error}.") from error
    tables = document.pop("provider", [])
    if document:
        raise ConfigError(
            f"{where} has an unknown entry “{next(iter(document))}”; "
            "it may hold only [[provider]] tables."
        )
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(f"{where} must write each provider as [[provider]], in double brackets.")
    return tables


def _from_table(table: dict[str, Any], environ: Mapping[str, str], where: str) -> ProviderConfig:
    name = table.get("name")
    if not isinstance(name, str) or not name.strip():
        raise ConfigError(f'{where}: each [[provider]] needs a name, such as name = "Naga".')
    reader = _Table(table, f"{where}, provider “{name}”")
    reader.refuse_unknown()
    return ProviderConfig(
        slug=reader.text("slug") or slug_of(name),
        name=name.strip(),
        format=cast(WireFormat, reader.choice("format", FORMATS, required=True)),
        base_url=checked_url(reader.text("base_url", required=True), f"{reader.where}: base_url"),
        api_key=reader.key(environ),
        models=reader.names("models"),
        resume=cast("ResumeMode | None", reader.choice("resume", RESUME_MODES) or None),
        resume_for=reader.choices("resume_for", RESUME_MODES),
        prefill_flag=reader.mapping("prefill_flag"),
        extra_body=reader.mapping("extra_body"),
        options=reader.options(),
        timeouts=reader.timeouts(),
    )


class _Table:
    """Typed reading of one [[provider]] table; every complaint names it and the entry."""

    KNOWN = (
        *("name", "slug", "format", "base_url", "api_key_env", "models", "resume"),
        *("resume_for", "prefill_flag", "extra_body", "options", "timeouts"),
    )

    def __init__(self, values: dict[str, Any], where: str) -> None:
        self.values = values
        self.where = where

    def refuse_unknown(self) -> None:
        for key in self.values:
            if key == "api_key":
                raise ConfigError(
                    f"{self.where}: put the key into an environment variable "
                    "and its name into api_key_env."
                )
            if key not in self.KNOWN:
                raise ConfigError(
                    f"{self.where} has an unknown entry “{key}”; known are {', '.join(self.KNOWN)}."
                )

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.values.get(key, "")
        if not isinstance(value, str):
            raise ConfigError(f"{self.where}: {key} must be a text in quotes.")
        if required and not value:
            raise ConfigError(f"{self.where} needs {key}.")
        return value

    def key(self, environ: Mapping[str, str]) -> str:
        variable = self.text("api_key_env")
        if variable and not environ.get(variable, "").strip():
            raise ConfigError(
                f"{self.where} takes its key from {variable}, which is not set; "
                "set it or remove api_key_env."
            )
        return checked_key(environ.get(variable, ""), variable)

    def choice(self, key: str, allowed: tuple[str, ...], *, required: bool = False) -> str:
        value = self.text(key, required=required)
        if value and value not in allowed:
            raise ConfigError(
                f"{self.where}: {key} “{value}” is unknown; use one of {', '.join(allowed)}."
            )
        return value

    def names(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            raise ConfigError(f'{self.where}: {key} must be a list of names, such as ["gpt-4.1"].')
        return tuple(dict.fromkeys(value))

    def mapping(self, key: str) -> dict[str, Any]:
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            raise ConfigError(f"{self.where}: {key} must be a table, such as {key} = {{ a = 1 }}.")
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ConfigError(
                f"{self.where}: {key} may hold only what JSON can: no date, time, inf or nan."
            ) from error
        return value

    def options(self) -> dict[str, Any]:
        given = self.mapping("options")
        if wrong := complaint(self.values.get("format"), given, self.names("models")):
            raise ConfigError(f"{self.where}: {wrong}")
        return given

    def choices(self, key: str, allowed: tuple[str, ...]) -> dict[str, ResumeMode]:
        chosen = self.mapping(key)
        for model, mode in chosen.items():
            if mode not in allowed:
                raise ConfigError(
                    f"{self.where}: {key} of “{model}” must be one of {', '.join(allowed)}."
                )
        return chosen

    def timeouts(self) -> Timeouts:
        known = [each.name for each in fields(Timeouts)]
        given = self.mapping("timeouts")
        for key, value in given.items():
            if key not in known:
                raise ConfigError(
                    f"{self.where}: unknown timeout “{key}”; known are {', '.join(known)}."
                )
            if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
                raise ConfigError(f"{self.where}: timeout {key} must be seconds above 0.")
        return Timeouts(**given)


def checked_url(value: str, where: str) -> str:
    """The address without a slash at its end; raises ConfigError, which begins with `where`."""
    value = value.strip().rstrip("/")
    try:
        parts = urlsplit(value)
        port_is_sound = parts.port is None or parts.port > 0
    except ValueError:
        port_is_sound, parts = False, urlsplit("")
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or not port_is_sound
        or len(value) > _MAX_URL
        or not re.fullmatch(r"[!-~]+", value)
    ):
        raise ConfigError(
            f"{where} is not a web address: write it like https://api.example.com/v1."
        )
    if "@" in parts.netloc or parts.query or parts.fragment or "?" in value or "#" in value:
        raise ConfigError(f"{where} may not hold a user, a password, a “?” or a “#”.")
    return value


def checked_key(value: str, where: str) -> str:
    """The key without white space around it; raises ConfigError, whose words never hold the key."""
    key = value.strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise ConfigError(
            f"{where} holds a space, a line break or another character that no key has; "
            "copy the key again."
        )
    return key


def slug_of(name: str) -> str:
    """A provider's short name, made from its name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "provider"
