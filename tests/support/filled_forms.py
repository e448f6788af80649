"""Every form of the site that changes something, filled in as a person would send it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal

from tests.support.stages import (
    ACME,
    NEW,
    PASSWORD,
    Fields,
    Sent,
    Stage,
    access_token,
    answer,
    coming,
    deleted_prompt,
    deletion,
    deletions,
    demo_on,
    edited,
    failed,
    in_project,
    in_thread,
    into_project,
    link,
    longer_thread,
    many_into_project,
    neighbour,
    own_share,
    passed_over,
    preset,
    project,
    prompt,
    prompt_in_editor,
    prompt_in_line,
    prompt_taken_out,
    provider,
    resumed,
    running,
    running_answer,
    saved_prompt,
    selection,
    sent_while_running,
    share_link,
    signed_in_elsewhere,
    somebody,
    staged,
    started_later,
    temporary,
    thread,
    with_password,
)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form of that door. `looks`: it only asks, and changes nothing."""

    door: str
    fields: Fields = field(default_factory=dict)
    stage: Stage | None = None
    who: Literal["owner", "administrator", "visitor"] = "owner"
    looks: bool = False

    def __str__(self) -> str:
        return " ".join([self.door, *(f"{name}={value}" for name, value in self.fields.items())])


def line(do: str, stage: Stage = prompt_in_line, **fields: str) -> Filled:
    return Filled("streaming:queued", {"do": do, **fields}, stage)


def desk(door: str, stage: Stage | None, **fields: str) -> Filled:
    return Filled(door, fields, stage, "administrator")


FORMS: tuple[Filled, ...] = (
    Filled("conversations:rename", {"title": "Mine now"}, thread),
    Filled("order:change", {"pinned": "on"}, thread),
    Filled("order:change", {"archived": "on"}, thread),
    Filled("order:change", {"title": "A project of its own"}, thread),
    Filled("order:change", {}, into_project),
    Filled("order:change-many", {"pinned": "on"}, selection),
    Filled("order:change-many", {"archived": "on"}, selection),
    Filled("order:change-many", {}, many_into_project),
    Filled("order:move", {}, selection, looks=True),
    Filled("order:make-project", {"title": "A project of its own"}),
    Filled("order:rename-project", {"title": "Mine now"}, project),
    Filled("order:delete-project", {}, project),
    Filled("transfer:import", {}, looks=True),
    Filled("transfer:begin", {"name": "a.json", "size": "3"}),
    Filled("transfer:part", {}, coming, looks=True),
    Filled("transfer:make", {}, selection),
    Filled("prompts:new", {"name": "a-name", "text": "A text", "shared": "on"}),
    Filled("prompts:import", {}, looks=True),
    Filled("prompts:edit", {"name": "another", "text": "Put otherwise"}, saved_prompt),
    Filled("prompts:delete", {}, saved_prompt),
    Filled("prompts:restore", {}, deleted_prompt),
    Filled("prompts:use", {}, saved_prompt, looks=True),
    Filled("streaming:send", {"prompt": "Hello", "model": "puppet/teller"}),
    Filled("streaming:send", {"prompt": "Hello", "model": "puppet/teller"}, in_thread),
    Filled("streaming:send", {"prompt": "Hello", "model": "puppet/teller"}, in_project),
    Filled("streaming:send", {"prompt": "Hello", "model": "puppet/teller", "temporary": "on"}),
    Filled("streaming:send", {"prompt": "In line", "model": "puppet/teller"}, sent_while_running),
    Filled("streaming:stop", {}, running),
    Filled("streaming:resume", {}, answer),
    Filled("streaming:resume", {"model": "puppet/prefiller"}, answer),
    Filled("streaming:undo-resume", {}, resumed),
    Filled("streaming:regenerate", {}, answer),
    Filled("streaming:regenerate", {"model": "puppet/prefiller"}, answer),
    Filled("streaming:retry", {}, failed),
    Filled("streaming:show", {}, passed_over),
    Filled("editing:edit", {"text": "Another prompt", "model": "puppet/teller"}, prompt),
    Filled("editing:edit", {"text": "In other words"}, answer),
    Filled("editing:undo-edit", {}, edited),
    Filled("editing:branch", {}, answer),
    Filled("picker:favourite", {"model": "puppet/teller", "on": "on"}),
    Filled("picker:favourite", {"model": "puppet/teller"}),
    Filled("context:room", {"do": "leave-out"}, longer_thread),
    Filled("context:room", {"do": "sum-up", "prompt": "In short"}, thread),
    Filled("context:room", {"do": "window", "window": "4000"}, thread),
    Filled("context:take-back", {}, started_later),
    Filled("parameters:of-conversation", {"temperature": "0.5"}, thread),
    Filled(
        "parameters:of-conversation", {"do": "preview", "temperature": "0.5"}, thread, looks=True
    ),
    Filled("parameters:of-conversation", {"do": "keep", "preset_name": "Mine"}, thread),
    Filled("parameters:of-new", {"temperature": "0.5"}),
    Filled("parameters:of-person", {"seed": "7"}),
    Filled("parameters:of-project", {"instructions": "In verse"}, project),
    Filled("parameters:change-preset", {"name": "Another name"}, preset),
    Filled("parameters:change-preset", {"do": "delete"}, preset),
    Filled("streaming:seen", {}, thread),
    Filled("streaming:record", {"record": "on"}, thread),
    line("edit"),
    line("leave", prompt_in_editor),
    line("save", prompt_in_editor, prompt="Put otherwise", model="puppet/teller"),
    line("remove"),
    line("undo", prompt_taken_out),
    line("send"),
    Filled("streaming:queued", {}, neighbour("before")),
    Filled("streaming:queued", {}, neighbour("after")),
    Filled("sharing:share", {"reasoning": "on", "with_name": "on", "days": "7"}, thread),
    Filled("sharing:list", {}, own_share),
    Filled("sharing:copy", {}, share_link),
    Filled("titles:suggest", {}, thread),
    Filled("titles:cancel", {}, thread),
    Filled("trash:empty", {}, deletions),
    Filled("trash:delete-many", {}, selection),
    Filled("trash:delete-all", {"up_to": "2100-01-01T00:00:00+00:00"}),
    Filled("trash:restore-many", {}, deletions),
    Filled("trash:restore", {}, deletion),
    Filled("trash:delete-for-good", {}, deletion),
    Filled("trash:delete-conversation", {}, thread),
    Filled("trash:delete-message", {}, prompt),
    Filled("trash:keep", {}, temporary),
    desk("providers:add", None, made=str(uuid.UUID(int=7)), **ACME),
    desk("providers:edit", provider(), **ACME),
    desk("providers:demo", demo_on, enabled="off"),
    desk("providers:default", None, model="puppet/teller"),
    Filled("providers:test", {}, provider(), "administrator", looks=True),
    desk("providers:switch", provider(), enabled="off"),
    desk("providers:switch", provider(enabled=False), enabled="on"),
    desk("providers:models", provider(), up="three", shown="one\ntwo\nthree"),
    desk("providers:models", provider(), down="one", shown="one\ntwo\nthree"),
    desk("providers:models", provider(), top="three", shown="one\ntwo\nthree"),
    desk("providers:models", provider(), hide="one", shown="one\ntwo\nthree"),
    desk("providers:models", provider(), typed="four\nfive"),
    desk("providers:models", provider(), all="all"),
    desk("providers:delete", provider()),
    desk("people:add", None, name="fourth"),
    Filled("people:link", {}, somebody, "administrator", looks=True),
    desk("people:switch", somebody, enabled="off"),
    Filled("preferences:save", {"keyboard": ""}, staged(lambda house: Sent(("keyboard",)))),
    Filled(
        "preferences:save",
        {"title_model": "puppet/teller"},
        staged(lambda house: Sent(("titles",))),
    ),
    Filled("api:conversations", {"prompt": "Hello", "model": "puppet/teller"}),
    Filled("api:conversation", {"prompt": "Hello"}, thread),
    Filled("api:stop", {}, running_answer),
    Filled("api:resume", {}, answer),
    Filled("tokens:page", {"name": "Mine", "scope": "write"}),
    Filled("tokens:page", {}, access_token),
    Filled("account_logout"),
    Filled("account_change_password", {"oldpassword": PASSWORD, **NEW}, with_password),
    Filled("account_set_password", NEW),
    Filled("account_sign_ins", {"session": "others"}, signed_in_elsewhere),
    Filled("account_login", {"login": "owner", "password": PASSWORD}, with_password, "visitor"),
    Filled("account_reset_password", {"email": "owner@example.org"}, None, "visitor", looks=True),
    Filled("account_reset_password_from_key", NEW, link, "visitor"),
)
