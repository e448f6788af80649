"""A multi-service gateway: the request, and what a chunk of its stream says.

Known only from its streaming guide. What is assumed beyond it, the shape of a history entry
and the place of a system prompt, can be set in the provider's `options`:
`service_name`, `history_entry` (a table with "$role" and "$text"), `system` ("history" or
"input"), `generate` (see `picture_models`). `parameters` of the provider's `extra_body` go with
those of the request.
"""

from typing import Any
from urllib.parse import urlsplit

from streaming.events import CostReported, Failed, Warned
from streaming.providers.base import ChatMessage, ChatRequest, SentFile
from streaming.providers.config import ProviderConfig
from streaming.providers.formats.adapter import FormatAdapter, HttpCall
from streaming.providers.formats.building.finish_reasons import is_reason
from streaming.providers.formats.error_bodies.failures import clip, failure
from streaming.providers.formats.items.gateway_outputs import GatewayOutputs, GatewayPictures
from streaming.providers.formats.json_values import (
    clean,
    compact,
    counts,
    mapping,
    mappings,
    number,
    string,
)
from streaming.providers.formats.parsing.error_frames import fail_if_error
from streaming.providers.formats.parsing.parts import flat
from streaming.providers.formats.parsing.stream_parser import StreamParser
from streaming.providers.formats.requests.files import data_url, pieces
from streaming.providers.formats.requests.history import sendable
from streaming.providers.formats.requests.parameters import completed, renamed, taken
from streaming.providers.picture_models import answers_whole
from streaming.providers.service_names import names_service

_ENTRY = {"role": "$role", "content": "$text"}
_ROLES = ("user", "assistant")
_OUTPUTS = ("output", "text", "answer", "response", "content", "", None)
_THOUGHTS = ("thinking", "reasoning", "thought", "thoughts")
_TEXT_TYPES = ("text", "text/plain", "text/markdown", "markdown", "string", "final", None)
_ADDRESSES = ("https://", "http://", "data:")
_MOST_METADATA = 16
_LONGEST_METADATA = 2000
_PARAMETERS = ("temperature", "top_p", "max_tokens", "seed", "stop", "enable_thinking")


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body. A model is written service/model, unless `service_name` is set."""
    service = string(config.options.get("service_name"))
    model = request.model
    if not service:
        service, model = model.split("/", 1) if "/" in model else ("", model)
    *earlier, last = sendable(request.messages) or [ChatMessage("user", "")]
    prompt, files = pieces(last)
    history = [turn for turn in earlier if turn.role in _ROLES and pieces(turn)[0].strip()]
    pictures = [*(file for turn in earlier for file in pieces(turn)[1]), *files]
    if request.system and config.options.get("system") == "input":
        prompt = f"{request.system}\n\n{prompt}"
    elif request.system:
        history.insert(0, ChatMessage("system", request.system))
    body: dict[str, Any] = {
        "service_name": service,
        "model_name": model,
        "input": [{"type": "text", "name": "input", "content": prompt}, *map(_input, pictures)],
    }
    asked = taken(config, request)
    extra = mapping(mapping(asked.get("extra_body")).get("parameters"))
    own = renamed(asked, **{name: name for name in _PARAMETERS})
    always = mapping(config.extra_body.get("parameters"))
    if history:
        body["history"] = [_entry(config, turn) for turn in history]
    whole = completed(config, body, asked) | {"parameters": {**extra, **own, **always}}
    return {key: each for key, each in whole.items() if each or key != "parameters"}


def _path(config: ProviderConfig, model: str) -> str:
    """The part of `/api/v1/generate/stream` that the base URL lacks; the guide has both."""
    base = urlsplit(config.base_url).path
    missing = "" if base.endswith("/v1") else "/v1" if base.endswith("/api") else "/api/v1"
    return f"{missing}/generate" if answers_whole(config, model) else f"{missing}/generate/stream"


def refusal(config: ProviderConfig, request: ChatRequest) -> Failed | None:
    """A model without its service is not asked for: no gateway could find it."""
    if config.options.get("service_name") or names_service(request.model):
        return None
    return Failed("connection", False, code="model_without_service")


def _entry(config: ProviderConfig, turn: ChatMessage) -> dict[str, Any]:
    words = {"$role": turn.role, "$text": pieces(turn)[0]}
    template = mapping(config.options.get("history_entry")) or _ENTRY
    return {key: words.get(str(value), value) for key, value in template.items()}


def _input(file: SentFile) -> dict[str, Any]:
    """An entry of a picture, of which the guide says nothing; its history has no place for one."""
    return {"type": "image", "name": file.name, "content": data_url(file)}


class GatewayParser(StreamParser):
    """Chunks of named items, closed by one marked `final`.

    `is_final` is not that mark: it stands on the last content chunk, before the one that
    brings usage and cost. Outputs of different `index` are blocks of their own, in order: what
    comes for a later one is held until the one before it is done.
    """

    format = "gateway"

    def __init__(self) -> None:
        super().__init__()
        self._outputs = GatewayOutputs(self.builder)
        self._odd_kinds: set[tuple[str, str]] = set()
        self._pictures = GatewayPictures(self.media)
        self._metadata: list[Any] = []

    def keep(self) -> dict[str, Any]:
        return {"metadata": self._metadata} if self._metadata else {}

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        name = value.get("name")
        if (kind != "text" or "error" in value or name == "error") and self._is_error(value):
            return
        if value.get("final") is True or type(_outputs(value)) is list:
            self._close(value)
        else:
            self.is_recognised = self.is_recognised or "name" in value or "content" in value
            self._item(value)
            if value.get("is_final") is True:
                self.builder.end.announce("stop")
            if value.get("finish_reason"):
                self.builder.end.announce(value["finish_reason"])

    def _is_error(self, value: dict[str, Any]) -> bool:
        if value.get("name") == "error" and (sentence := flat(value.get("content"))):
            self.builder.fail(failure({"error": {"message": sentence}}))
        elif value.get("detail") and value.get("type") is None and not value.get("final"):
            self.builder.fail(failure(value))
        else:
            fail_if_error(self.builder, value)
        return self.builder.ended

    def _item(self, value: dict[str, Any]) -> None:
        name, kind, content = value.get("name"), value.get("type"), value.get("content")
        if name == "metadata" or kind == "metadata":
            self._keep_metadata(content)
        elif kind in _TEXT_TYPES and name in _OUTPUTS:
            text = content if type(content) is str else flat(content)
            self._outputs.add(value.get("index"), text, closes=_closes(value))
        elif kind in _TEXT_TYPES and name in _THOUGHTS:
            self.snapshots.piece("reasoning", flat(content), closes=_closes(value))
        elif name in _OUTPUTS and self._pictures.takes(value.get("index"), content):
            self._pictures.add(value.get("index"), string(content), closes=_closes(value))
        elif name in _OUTPUTS and type(content) is list:
            for part in content:
                self.media.report(part, kind=str(kind))
        elif name in _OUTPUTS and content:
            is_whole = _closes(value) or string(content).startswith(_ADDRESSES)
            odd_kind = (str(value.get("index")), str(kind))
            if odd_kind not in self._odd_kinds:
                self._odd_kinds.add(odd_kind)
                self.media.report(content, kind=str(kind), is_whole=is_whole)

    def _keep_metadata(self, content: Any) -> None:
        if content and len(self._metadata) < _MOST_METADATA:
            text = content if type(content) is str else compact(content)
            self._metadata.append(clean(text)[:_LONGEST_METADATA])

    def _close(self, value: dict[str, Any]) -> None:
        self.is_recognised = True
        outputs = _outputs(value)
        for item in mappings(outputs) if type(outputs) is list else [value]:
            self._item(item | {"done": True})
        self._outputs.end()
        self._pictures.end()
        report = self.builder.report
        usage = mapping(value.get("usage"))
        names = ("input_tokens", "output_tokens", "total_tokens")
        report.usage = counts(usage, **{name: name for name in names})
        cost = mapping(value.get("cost"))
        total, sent, made = (number(cost.get(key)) for key in ("total", "input", "output"))
        if (total, sent, made) != (None, None, None):
            report.cost = CostReported(total, sent, made)
        warnings = value.get("warnings")
        for warning in warnings if type(warnings) is list else ():
            report.warnings.append(Warned("upstream", _sentence(warning)))
        self._end(value)

    def _end(self, value: dict[str, Any]) -> None:
        """The final chunk is an end, whatever reason came before it or with it."""
        reason = value.get("finish_reason")
        if is_reason(reason):
            self.builder.end.announce(reason)
            self.builder.stop()
        else:
            self.builder.finish("stop")

    def on_done(self) -> None:
        self._outputs.end()
        self._pictures.end()
        self.builder.end.forget()
        self.stop()

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        is_announced = self.builder.end.holds
        self._outputs.end()
        self._pictures.end()
        if is_announced:
            self.builder.finish("stop", inferred=True)


def _outputs(value: dict[str, Any]) -> Any:
    """What an answer that comes whole holds; the guide names no key for it."""
    for holder in (value, mapping(value.get("data")), mapping(value.get("result"))):
        for name in ("output", "outputs"):
            if type(holder.get(name)) is list:
                return holder[name]
    return None


def _closes(value: dict[str, Any]) -> bool:
    get = value.get
    return get("done") is True or get("is_final") is True or get("final") is True


def _sentence(warning: Any) -> str | None:
    sentence = string(warning) or string(mapping(warning).get("message"))
    return clip(sentence or compact(warning))


def _headers(config: ProviderConfig) -> dict[str, str]:
    return {"X-API-Key": config.api_key} if config.api_key else {}


ADAPTER = FormatAdapter(
    call=lambda config, request: HttpCall(_path(config, request.model), build(config, request)),
    headers=_headers,
    parser=lambda config, request: GatewayParser(),
    models_path="",
    refusal=refusal,
)
