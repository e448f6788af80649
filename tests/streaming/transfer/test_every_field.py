"""Every field of every table goes out, or stands here with the reason why it does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from django.apps import apps

from streaming.transfer import belongings
from streaming.transfer.outgoing import conversations as conversations_out

OURS = ("conversations", "streaming", "chatsite")
NUMBER = "a number of this database; archives have names of their own"
OWNER = "whoever imports it"
WHOLE_TABLES: Mapping[str, str] = {
    "conversations.Deletion": "what is in the trash does not go out",
    "conversations.SearchEntry": "made anew from the texts",
    "costs.PastUse": "sums of what is deleted; what was paid stays with the site that paid",
    "titles.TitleRequest": "only its title matters, and that is the conversation's",
    "tools.ToolServer": "an administrator's, with keys",
    "tools.Tool": "what a server of this site said of itself",
    "tools.SwitchedTool": "names tools of this site",
    "tools.Approval": "trust in a server of this site, which has to be given again",
    "transfer.Transfer": "work that this site does",
    "transfer.Outcome": "work that this site does",
    "sharing.Share": "a link of this site, to a snapshot; what it shows goes out as a conversation",
    "streaming.Worker": "a process of this site",
    "streaming.StoredProvider": "an administrator's, with keys",
    "streaming.DefaultModel": "an administrator's",
    "streaming.DemoSwitch": "an administrator's",
    "streaming.Recording": "bytes for the search for a fault, of one provider",
    "audience.Audience": "an administrator's, for people of this site",
    "own_keys.OwnKeyRule": "an administrator's",
    "own_keys.OwnKey": "a key, sealed for this site",
    "roles.Leaving": "work that this site does",
    "roles.Standing": "a right on this site, which an administrator gives",
    "quotas.Quota": "what an administrator of this site allows",
    "audit.Act": "what was done on this site, which its log keeps",
    "accounts.Invitation": "a right on this site, which an administrator gives",
    "accounts.CacheEntry": "counts of failed sign-ins",
    "tokens.AccessToken": "a right of programs on this site, which has to be given again",
}
LEFT_OUT: Mapping[str, str] = {
    "conversations.Project.id": NUMBER,
    "conversations.Project.owner": OWNER,
    "conversations.Conversation.owner": OWNER,
    "conversations.Conversation.trashed_at": "what is in the trash does not go out",
    "conversations.Conversation.temporary_until": "one that goes by itself is not to be kept",
    "conversations.Conversation.has_tools": "tools of this site",
    "conversations.Message.id": NUMBER,
    "conversations.Message.conversation": "the archive that it is in",
    "conversations.Message.has_files": "what hangs on it says so",
    "conversations.Message.deletion": "what is in the trash does not go out",
    "preferences.Preferences.owner": OWNER,
    "prompts.SavedPrompt.id": NUMBER,
    "prompts.SavedPrompt.owner": OWNER,
    "prompts.SavedPrompt.deleted_at": "what was deleted does not go out",
    "streaming.Generation.id": NUMBER,
    "streaming.Generation.conversation": "the archive that it is in",
    "streaming.Generation.message": "the message that it is in",
    "streaming.Generation.requested_by": "whoever imports it did not ask here",
    "streaming.Generation.request_key": "names a request to this site",
    "streaming.Generation.retry_at": "of a run that is being made, which goes out as interrupted",
    "streaming.Generation.waits_for_slot": "of a run that is being made",
    "streaming.Generation.stopped_by_administrator": "an act on this site, which is in its log",
    "streaming.Generation.worker": "a process of this site",
    "streaming.Generation.epoch": "who may write here",
    "streaming.JournalEntry.id": NUMBER,
    "streaming.JournalEntry.generation": "the run that it is in",
    "streaming.JournalEntry.seq": "the order of what a running answer has written",
    "streaming.JournalEntry.kind": "texts go out as text, originals of edits as `original`",
    "files.Attachment.id": NUMBER,
    "files.Attachment.message": "the message that it is in",
    "files.Attachment.place": "its place in the list",
    "files.File.thumbnail": "made anew by whoever reads the bytes",
    "files.File.text": "read anew out of the bytes",
    "files.File.owner": OWNER,
    "files.File.project": "files of projects that hang on no message stay here",
    "files.File.is_draft": "what hangs on a message is none",
    "files.File.created_at": "when it came to this site",
    "files.File.doomed_at": "what is being deleted does not go out",
    "streaming.QueuedPrompt.id": NUMBER,
    "streaming.QueuedPrompt.conversation": "the archive that it is in",
    "streaming.QueuedPrompt.place": "its place in the list",
    "streaming.QueuedPrompt.editing": "a form that is open here",
    "streaming.QueuedPrompt.revision": "changes that pages of this site have seen",
    "streaming.QueuedPrompt.removed_at": "what was taken out does not go out",
    "streaming.Preset.key": NUMBER,
    "streaming.Preset.owner": OWNER,
    "streaming.ModelNote.id": NUMBER,
    "streaming.ModelNote.owner": OWNER,
    "transfer.ImportedThread.id": NUMBER,
    "transfer.ImportedThread.owner": OWNER,
    "transfer.ImportedThread.conversation": "the archive that it is in",
    "transfer.ImportedNode.id": NUMBER,
    "transfer.ImportedNode.thread": "the archive that it is in",
    "transfer.ImportedNode.message": "the message that it is in",
    "transfer.ImportedNode.shown": "whether it has a role",
}
GOES_OUT: Mapping[str, frozenset[str]] = {
    "conversations.Project": frozenset(belongings.PROJECT),
    "conversations.Conversation": frozenset(conversations_out.HEAD)
    | {"id", "project", "leaf", "seen"},
    "conversations.Message": frozenset(
        ("parent", "role", "text", "reasoning", "tool_calls", "created_at", "starts_at")
    )
    | {"summary_from", "summary_to", "parts", "citations"},
    "files.File": frozenset(conversations_out.FILE) | {"id", "content"},
    "files.Attachment": frozenset({"file"}),
    "preferences.Preferences": frozenset(belongings.CHOICES),
    "prompts.SavedPrompt": frozenset(belongings.PROMPT),
    "streaming.Generation": frozenset(conversations_out.RUN),
    "streaming.JournalEntry": frozenset({"text"}),
    "streaming.QueuedPrompt": frozenset(conversations_out.PROMPT) | {"held", "files"},
    "streaming.Preset": frozenset(belongings.PRESET),
    "streaming.ModelNote": frozenset(belongings.NOTE),
    "transfer.ImportedThread": frozenset({"source", "account", "key", "archive_id", "details"}),
    "transfer.ImportedNode": frozenset({"node", "parent", "json"}),
}


def models() -> list[type[Any]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in OURS]


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.label)
def test_every_field_goes_out_or_is_left_out_for_a_reason(model: Any) -> None:
    label = model._meta.label
    if label in WHOLE_TABLES:
        assert label not in GOES_OUT
        return
    fields = {field.name for field in model._meta.concrete_fields}
    left_out = {name.rpartition(".")[2] for name in LEFT_OUT if name.startswith(f"{label}.")}
    assert GOES_OUT[label] & left_out == set()
    assert GOES_OUT[label] | left_out == fields


def test_what_is_named_here_is_there() -> None:
    labels = {model._meta.label for model in models()}
    assert GOES_OUT.keys() | WHOLE_TABLES.keys() <= labels
