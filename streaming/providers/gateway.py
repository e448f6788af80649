"""A multi-service gateway: the request, and what a chunk of its stream says.

Known only from its streaming guide. What is assumed beyond it, the shape of a history entry
and the place of a system prompt, can be set in the provider's `options`:
`service_name`, `history_entry` (a table with "$role" and "$text"), `system` ("history" or
"input"). `parameters` of the provider's `extra_body` go with those of the request.
"""

from typing import Any
from urllib.parse import urlsplit

from streaming.events import CostReported, Failed, Warned
from streaming.providers.base import ChatMessage, ChatRequest
from streaming.providers.config import ProviderConfig
from streaming.providers.errors import clip, failure
from streaming.providers.history import chosen, sendable
from streaming.providers.parsing import StreamParser
from streaming.providers.service_names import names_service
from streaming.providers.values import compact, counts, mapping, mappings, number, string, word
from streaming.providers.wire import Call, Wire

_ENTRY = {"role": "$role", "content": "$text"}
_ROLES = ("user", "assistant")
_PARAMETERS = ("temperature", "top_p", "max_tokens", "seed", "stop", "enable_thinking")


def build(config: ProviderConfig, request: ChatRequest) -> dict[str, Any]:
    """The JSON body. A model is written service/model, unless `service_name` is set."""
    service = string(config.options.get("service_name"))
    model = request.model
    if not service:
        service, model = model.split("/", 1) if "/" in model else ("", model)
    *earlier, last = sendable(request.messages) or [ChatMessage("user", "")]
    prompt = last.text
    history = [turn for turn in earlier if turn.role in _ROLES and turn.text.strip()]
    if request.system and config.options.get("system") == "input":
        prompt = f"{request.system}\n\n{prompt}"
    elif request.system:
        history.insert(0, ChatMessage("system", request.system))
    body: dict[str, Any] = {
        "service_name": service,
        "model_name": model,
        "input": [{"type": "text", "name": "input", "content": prompt}],
    }
    parameters = chosen(request.parameters, **{name: name for name in _PARAMETERS})
    if parameters | (always := mapping(config.extra_body.get("parameters"))):
        body["parameters"] = parameters | always
    if history:
        body["history"] = [_entry(config, turn) for turn in history]
    return {**body, **{key: each for key, each in config.extra_body.items() if key != "parameters"}}


def _path(config: ProviderConfig) -> str:
    """What is missing of `/api/v1/generate/stream`: the guide writes its base URL both ways."""
    base = urlsplit(config.base_url).path
    missing = "" if base.endswith("/v1") else "/v1" if base.endswith("/api") else "/api/v1"
    return f"{missing}/generate/stream"


def refusal(config: ProviderConfig, request: ChatRequest) -> Failed | None:
    """A model without its service is not asked for: the gateway would not know whom to ask."""
    if config.options.get("service_name") or names_service(request.model):
        return None
    return Failed("connection", False, code="model_without_service")


def _entry(config: ProviderConfig, turn: ChatMessage) -> dict[str, Any]:
    words = {"$role": turn.role, "$text": turn.text}
    template = mapping(config.options.get("history_entry")) or _ENTRY
    return {key: words.get(str(value), value) for key, value in template.items()}


class GatewayParser(StreamParser):
    """Chunks of named items, closed by one marked `final`.

    `is_final` is not that mark: it stands on the last content chunk, before the one that
    brings usage and cost.
    """

    format = "gateway"

    def __init__(self) -> None:
        super().__init__()
        self._is_last = False
        self._odd: set[tuple[str, str]] = set()

    def on_value(self, value: dict[str, Any]) -> None:
        kind = value.get("type")
        bare = "detail" in value and kind is None
        if value.get("error") or kind == "error" or bare:
            self.answer.fail(failure(value))
        elif value.get("final") is True:
            self._close(value)
        elif type(value.get("output")) is list:  # a whole answer, as /generate gives it
            for item in mappings(value["output"]):
                self._item(item)
            self._close(value)
        else:
            self._heard = self._heard or "name" in value
            self._item(value)
            self._is_last = self._is_last or value.get("is_final") is True

    def _item(self, value: dict[str, Any]) -> None:
        name, kind = value.get("name"), value.get("type")
        if kind == "text" and name == "output":
            self.answer.text(string(value.get("content")))
        elif kind == "text" and name == "thinking":
            self.answer.reasoning(string(value.get("content")))
        elif name == "output" and kind != "metadata":
            odd = (str(value.get("index")), str(kind))
            if odd not in self._odd:
                self._odd.add(odd)
                self.answer.warn("unsupported_content", clip(str(kind)))

    def _close(self, value: dict[str, Any]) -> None:
        usage = mapping(value.get("usage"))
        names = ("input_tokens", "output_tokens", "total_tokens")
        self.answer.usage = counts(usage, **{name: name for name in names})
        cost = mapping(value.get("cost"))
        total, sent, made = (number(cost.get(key)) for key in ("total", "input", "output"))
        if (total, sent, made) != (None, None, None):
            self.answer.cost = CostReported(total, sent, made)
        warnings = value.get("warnings")
        for warning in warnings if type(warnings) is list else ():
            self.answer.warnings.append(Warned("upstream", _words(warning)))
        self.answer.stop(word(value.get("finish_reason")))

    def on_done(self) -> None:
        self.answer.finish("stop", inferred=True)

    def on_end(self, *, whole: bool, trusted: bool) -> None:
        if self._is_last:
            self.answer.finish("stop", inferred=True)


def _words(warning: Any) -> str | None:
    said = string(warning) or string(mapping(warning).get("message"))
    return clip(said or compact(warning))


def _headers(config: ProviderConfig) -> dict[str, str]:
    return {"X-API-Key": config.api_key} if config.api_key else {}


WIRE = Wire(
    call=lambda config, request: Call(_path(config), build(config, request)),
    headers=_headers,
    parser=lambda config, request: GatewayParser(),
    models_path="",
    refusal=refusal,
)
