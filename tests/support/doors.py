"""Every door of the site, and whose it is: a URL without a row here fails in `test_ownership`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Whose = Literal[
    "anybody",
    "person",
    "conversation",
    "message",
    "generation",
    "deletion",
    "prompt in line",
    "project",
    "preset",
    "saved prompt",
    "share link",
    "transfer",
    "file",
    "administrator",
]


@dataclass(frozen=True, slots=True)
class Door:
    """A URL: `whose` it is, the method that goes through it, and what a form says there.

    A person's doors are open to everybody who is signed in; a conversation's, message's or
    generation's, a deletion's, a project's and a saved prompt's, to its owner; a share link's, to
    whoever has it and is signed in; the administrator's are not there for others. One
    `for_programs` says to who is signed out that it takes tokens.
    """

    whose: Whose
    method: Literal["get", "post"] = "post"
    fields: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    for_programs: bool = False


SLUG = ("acme",)
NO_TOKEN = ("no-token",)
OWNER = ("owner",)  # stands for the owner's own number
DOORS: Mapping[str, Door] = {
    "conversations:new": Door("person", "get"),
    "conversations:readme": Door("person", "get"),
    "conversations:document": Door("person", "get", args=("providers.md",)),
    "conversations:open": Door("conversation", "get"),
    "conversations:search": Door("person", "get"),
    "conversations:branches": Door("conversation", "get"),
    "conversations:rename": Door("conversation", fields={"title": "Mine now"}),
    "keyboard:palette": Door("person", "get"),
    "keyboard:keys": Door("person", "get"),
    "context:gauge": Door("conversation", "get"),
    "context:room": Door("conversation", "get"),
    "context:take-back": Door("message"),
    "picker:models": Door("person", "get"),
    "picker:favourite": Door("person", fields={"model": "acme/none", "on": "on"}),
    "parameters:of-new": Door("person", "get"),
    "parameters:of-conversation": Door("conversation", fields={"temperature": "0.5"}),
    "parameters:of-person": Door("person", fields={"seed": "7"}),
    "parameters:of-project": Door("project", fields={"instructions": "Mine now"}),
    "parameters:presets": Door("person", "get"),
    "parameters:change-preset": Door("preset", fields={"name": "Mine now"}),
    "order:archive": Door("person", "get"),
    "order:change": Door("conversation", fields={"pinned": "on"}),
    "order:change-many": Door("person", fields={"archived": "on"}),
    "order:move": Door("person", "get"),
    "order:make-project": Door("person", fields={"title": "A name"}),
    "order:project": Door("project", "get"),
    "order:rename-project": Door("project", fields={"title": "Mine now"}),
    "order:delete-project": Door("project"),
    "transfer:import": Door("person", "get"),
    "transfer:begin": Door("person", fields={"name": "a.json", "size": "3"}),
    "transfer:part": Door("transfer"),
    "transfer:show": Door("transfer", "get"),
    "transfer:everything": Door("person", "get"),
    "transfer:make": Door("person"),
    "transfer:file": Door("transfer", "get"),
    "transfer:files": Door("conversation", "get"),
    "transfer:conversation": Door("conversation", "get", args=("md",)),
    "files:show": Door("file", "get"),
    "files:thumbnail": Door("file", "get"),
    "files:discard": Door("file"),
    "files:part": Door("person", args=("6a7b5c1e-0000-4000-8000-000000000001",)),
    "prompts:list": Door("person", "get"),
    "prompts:new": Door("person", fields={"name": "a-name", "text": "A text"}),
    "prompts:import": Door("person"),
    "prompts:export": Door("person", "get"),
    "prompts:menu": Door("person", "get"),
    "prompts:edit": Door("saved prompt", fields={"name": "mine-now", "text": "Mine now"}),
    "prompts:delete": Door("saved prompt"),
    "prompts:restore": Door("saved prompt"),
    "prompts:file": Door("saved prompt", "get"),
    "prompts:use": Door("saved prompt", "get"),
    "streaming:send": Door("person", fields={"prompt": "Hello", "model": "puppet/teller"}),
    "streaming:stop": Door("generation"),
    "streaming:resume": Door("message"),
    "streaming:undo-resume": Door("message"),
    "streaming:regenerate": Door("message"),
    "streaming:retry": Door("message"),
    "streaming:show": Door("message"),
    "editing:edit": Door("message", fields={"text": "Hello", "model": "puppet/teller"}),
    "editing:undo-edit": Door("generation"),
    "editing:branch": Door("message"),
    "editing:regenerate-with": Door("message", "get"),
    "streaming:details": Door("message", "get"),
    "streaming:source": Door("message", "get"),
    "streaming:file": Door("message", "get"),
    "streaming:recording": Door("generation", "get"),
    "streaming:standing": Door("conversation", "get"),
    "streaming:list-standing": Door("person", "get"),
    "streaming:seen": Door("conversation"),
    "streaming:record": Door("conversation", fields={"record": "on"}),
    "streaming:queued": Door("prompt in line", fields={"do": "remove"}),
    "costs:usage": Door("person", "get"),
    "costs:csv": Door("person", "get"),
    "sharing:share": Door("conversation", "get"),
    "sharing:list": Door("person", "get"),
    "sharing:read": Door("anybody", "get", args=NO_TOKEN),
    "sharing:copy": Door("share link", args=NO_TOKEN),
    "titles:suggest": Door("conversation", fields={"key": "none"}),
    "titles:cancel": Door("conversation"),
    "trash:list": Door("person", "get"),
    "trash:empty": Door("person", fields={"up_to": "999999"}),
    "trash:delete-many": Door("person"),
    "trash:delete-all": Door("person", fields={"up_to": "2000-01-01T00:00:00+00:00"}),
    "trash:restore-many": Door("person"),
    "trash:restore": Door("deletion"),
    "trash:delete-for-good": Door("deletion"),
    "trash:delete-conversation": Door("conversation"),
    "trash:delete-message": Door("message"),
    "trash:keep": Door("conversation"),
    "providers:list": Door("administrator", "get"),
    "providers:add": Door("administrator", "get"),
    "providers:demo": Door("administrator", fields={"enabled": "off"}),
    "providers:default": Door("administrator", fields={"model": "puppet/teller"}),
    "providers:test": Door("administrator", args=SLUG),
    "providers:edit": Door("administrator", "get", args=SLUG),
    "providers:switch": Door("administrator", fields={"enabled": "on"}, args=SLUG),
    "providers:models": Door("administrator", fields={"move": "up"}, args=SLUG),
    "providers:delete": Door("administrator", args=SLUG),
    **{f"installed:{name}": Door("anybody", "get") for name in ("manifest", "worker", "offline")},
    "enter": Door("anybody", "get", args=NO_TOKEN),
    "account_login": Door("anybody", "get"),
    "account_logout": Door("person"),
    "account_change_password": Door("person", "get"),
    "account_sign_ins": Door("person", fields={"session": "0"}),
    "account_set_password": Door("person", "get"),
    "account_reset_password": Door("anybody", "get"),
    "account_reset_password_done": Door("anybody", "get"),
    "account_reset_password_from_key": Door("anybody", "get", args=("1", "no-token")),
    "api:stream": Door("message", "get", for_programs=True),
    "api:root": Door("person", "get", for_programs=True),
    "api:openapi": Door("anybody", "get"),
    "api:models": Door("person", "get", for_programs=True),
    "api:conversations": Door(
        "person", fields={"prompt": "Hello", "model": "puppet/teller"}, for_programs=True
    ),
    "api:conversation": Door("conversation", "get", for_programs=True),
    "api:message": Door("message", "get", for_programs=True),
    "api:stop": Door("message", for_programs=True),
    "api:resume": Door("message", for_programs=True),
    "tokens:page": Door("person", fields={"name": "Mine", "scope": "read"}),
    "preferences:settings": Door("person", "get"),
    "preferences:save": Door("person", fields={"keyboard": "on"}, args=("keyboard",)),
    "people:list": Door("administrator", "get"),
    "people:add": Door("administrator", "get"),
    "people:link": Door("administrator", args=OWNER),
    "people:switch": Door("administrator", fields={"enabled": "on"}, args=OWNER),
    "healthz": Door("anybody", "get"),
    "readyz": Door("anybody", "get"),
    "metrics": Door("anybody", "get"),
}
