"""The OpenAPI document of the API: the one place that says what there is, and in which shapes."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.conf import settings

from conversations.files.models import File
from streaming.api.formats import FORMATS
from streaming.api.problems import CONTENT_TYPE
from streaming.models import Generation

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "integer"}
TRUTH: Schema = {"type": "boolean"}
TIME: Schema = {"type": "string", "format": "date-time"}
UUID: Schema = {"type": "string", "format": "uuid"}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


def listed(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


def shape(members: dict[str, Schema], optional: tuple[str, ...] = ()) -> Schema:
    required = [name for name in members if name not in optional]
    return {"type": "object", "properties": members, "required": required}


_PROBLEM = {"title": TEXT, "status": NUMBER, "detail": TEXT, "changed_from": NUMBER}
_CONVERSATION = {
    "id": UUID,
    "title": TEXT,
    "pinned": TRUTH,
    "archived": TRUTH,
    "model": TEXT,
    "created_at": TIME,
    "updated_at": TIME,
    "url": TEXT,
}
_ANSWER = {
    "reasoning": TEXT,
    "tool_calls": listed(ref("ToolCall")),
    "parts": listed(ref("Part")),
    "status": {"type": "string", "enum": Generation.Status.values},
    "finish_reason": TEXT,
    "error": nullable(ref("Failure")),
    "model": TEXT,
    "cursor": TEXT,
    "stream": TEXT,
}
_PART = {
    "kind": {"type": "string", "enum": ["text", "reasoning", "tool_call", "picture"]},
    "text": TEXT,
    "call": NUMBER,
    "picture": ref("Picture"),
}
_PICTURE = {
    "url": TEXT,
    "name": nullable(TEXT),
    "media_type": nullable(TEXT),
    "width": nullable(NUMBER),
    "height": nullable(NUMBER),
}
_MESSAGE = {
    "id": NUMBER,
    "conversation": UUID,
    "parent": nullable(NUMBER),
    "role": {"type": "string", "enum": ["user", "assistant"]},
    "text": TEXT,
    "files": listed(ref("File")),
    "created_at": TIME,
}
_FILE = {
    "id": UUID,
    "name": TEXT,
    "kind": {"type": "string", "enum": File.Kind.values},
    "media_type": TEXT,
    "size": NUMBER,
    "url": TEXT,
}
_QUEUED = {
    "key": UUID,
    "conversation": UUID,
    "text": TEXT,
    "files": listed(UUID),
    "model": TEXT,
}
SCHEMAS: dict[str, Schema] = {
    "Problem": shape(_PROBLEM, ("changed_from",)),
    "Who": shape({"person": TEXT, "scope": {"type": "string", "enum": ["read", "write"]}}),
    "Models": shape({"models": listed(shape({"id": TEXT, "name": TEXT, "provider": TEXT}))}),
    "Conversation": shape(_CONVERSATION),
    "Conversations": shape(
        {"conversations": listed(ref("Conversation")), "next": nullable(TEXT)},
    ),
    "Thread": shape(
        _CONVERSATION | {"messages": listed(ref("Message")), "earlier": nullable(NUMBER)}
    ),
    "Message": shape(_MESSAGE | _ANSWER, tuple(_ANSWER)),
    "ToolCall": shape(
        {"id": TEXT, "name": TEXT, "arguments": TEXT, "state": TEXT, "result": nullable(TEXT)}
    ),
    "Part": shape(_PART, ("text", "call", "picture")),
    "Picture": shape(_PICTURE),
    "Failure": shape({"code": TEXT, "detail": TEXT}),
    "Queued": shape({"queued": shape(_QUEUED)}),
    "File": shape(_FILE),
    "Upload": shape({"file": {"type": "string", "format": "binary"}, "key": UUID}, ("key",)),
    "Send": shape(
        {"prompt": TEXT, "model": TEXT, "temporary": TRUTH, "files": listed(UUID), "key": UUID},
        ("model", "temporary", "files", "key"),
    ),
    "Resume": shape({"model": TEXT, "key": UUID}, ("model", "key")),
}


class Operation(NamedTuple):
    """One method of one address; `replies` are the schemas of its statuses."""

    path: str
    method: str
    summary: str
    replies: dict[int, str]
    body: str = ""
    query: tuple[str, ...] = ()
    refuses: tuple[int, ...] = (401, 503)
    kinds: tuple[str, ...] = ("application/json", "application/x-www-form-urlencoded")


READS, FINDS = (401, 503), (401, 404, 503)
WRITES = (400, 401, 403, 404, 409, 429, 503)
BASE = "/api/v1/"
OPERATIONS = (
    Operation(BASE, "get", "Who asks, and what they may do", {200: "Who"}),
    Operation(f"{BASE}models/", "get", "The models that can be asked", {200: "Models"}),
    Operation(
        f"{BASE}files/",
        "post",
        "Add a file, which goes with a prompt that names it",
        {201: "File"},
        "Upload",
        refuses=(400, 401, 403, 413, 503),
        kinds=("multipart/form-data",),
    ),
    Operation(
        f"{BASE}conversations/",
        "get",
        "The conversations, in the order of the page, 50 at once; `after` is the `next` of before",
        {200: "Conversations"},
        query=("after", "archived"),
        refuses=(400, *READS),
    ),
    Operation(
        f"{BASE}conversations/",
        "post",
        "Begin a conversation with its first prompt",
        {201: "Message"},
        "Send",
        refuses=WRITES,
    ),
    Operation(
        f"{BASE}conversations/{{conversation}}/",
        "get",
        "The branch that is shown, its newest messages; `before` a message, those before it",
        {200: "Thread"},
        query=("before",),
        refuses=(400, *FINDS),
    ),
    Operation(
        f"{BASE}conversations/{{conversation}}/",
        "post",
        "Send a prompt; while an answer is being written it waits in line",
        {201: "Message", 202: "Queued"},
        "Send",
        refuses=WRITES,
    ),
    Operation(
        f"{BASE}messages/{{message}}/",
        "get",
        "A message as it stands",
        {200: "Message"},
        refuses=FINDS,
    ),
    Operation(
        f"{BASE}messages/{{message}}/stop/",
        "post",
        "Stop the answer; one that has ended stays as it is",
        {200: "Message"},
        refuses=(401, 403, 404, 503),
    ),
    Operation(
        f"{BASE}messages/{{message}}/resume/",
        "post",
        "Continue an answer where it was cut, maybe with another model",
        {200: "Message"},
        "Resume",
        refuses=WRITES,
    ),
)
ARGUMENTS = {"conversation": UUID, "message": NUMBER}
QUERY = {"after": TEXT, "archived": TRUTH, "before": NUMBER}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "schema": UUID,
    "description": "Sent again with the same key, a request is done once.",
}
STREAM = "/m/{message}/stream/"


@cache
def document() -> Schema:
    paths: dict[str, Schema] = {}
    for each in OPERATIONS:
        paths.setdefault(each.path, {})[each.method] = _operation(each)
    paths[STREAM] = {"get": _stream()}
    paths[f"{BASE}openapi.json"] = {"get": _itself()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chatsite", "version": settings.VERSION},
        "servers": [{"url": settings.PUBLIC_ORIGIN}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(each: Operation) -> Schema:
    told: Schema = {
        "summary": each.summary,
        "parameters": [*_arguments(each.path), *map(_asked, each.query)],
        "responses": {str(status): _json(name) for status, name in each.replies.items()}
        | _problems(each.refuses),
    }
    if each.body:
        told["parameters"].append(KEY)
        content = {kind: {"schema": ref(each.body)} for kind in each.kinds}
        told["requestBody"] = {"content": content, "required": each.body != "Resume"}
    return told


def _stream() -> Schema:
    """The shapes of its events are in docs/api.md: no schema tells a stream."""
    after = {"name": "after", "in": "query", "schema": TEXT}
    last = {"name": "Last-Event-ID", "in": "header", "schema": TEXT}
    content = {kind: {"schema": TEXT} for kind in FORMATS}
    return {
        "summary": "An answer as it is written, from a cursor on",
        "parameters": [*_arguments(STREAM), after, last],
        "responses": {
            "200": {"description": "Events, or text, to the end", "content": content},
            "204": {"description": "Who asks knows the end"},
        }
        | _problems((400, 401, 404, 406, 409, 503)),
    }


def _itself() -> Schema:
    content = {"application/json": {"schema": {"type": "object"}}}
    told = {"200": {"description": "OK", "content": content}}
    return {"summary": "This document", "security": [], "responses": told}


def _arguments(path: str) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in ARGUMENTS.items()
        if f"{{{name}}}" in path
    ]


def _asked(name: str) -> Schema:
    return {"name": name, "in": "query", "schema": QUERY[name]}


def _json(name: str) -> Schema:
    return {"description": name, "content": {"application/json": {"schema": ref(name)}}}


def _problems(statuses: tuple[int, ...]) -> Schema:
    content = {CONTENT_TYPE: {"schema": ref("Problem")}}
    return {str(status): {"description": "Refused", "content": content} for status in statuses}
