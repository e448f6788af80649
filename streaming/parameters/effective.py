"""What is sent with the next answer: the person's, the project's and the conversation's own."""

from __future__ import annotations

from typing import Any, TypedDict

from conversations.models import Conversation, Project
from conversations.preferences import choices
from streaming.catalog.model_menu import ModelChoice
from streaming.catalog.provider_registry import provider_config
from streaming.parameters import chips
from streaming.providers.formats.requests.offers import Offer, offer
from streaming.providers.parameters import Parameters

ABOUT = "About the person you talk to:"


class Sent(TypedDict):
    """As a generation keeps it."""

    system_prompt: str
    parameters: dict[str, Any]


def sent(conversation: Conversation, choice: ModelChoice) -> Sent:
    """What this model is sent in the conversation, as that stands."""
    own = Parameters.of(conversation.parameters, conversation.system_prompt)
    return sent_with(own, conversation.owner_id, conversation.project_id, choice)


def sent_with(own: Parameters, owner_id: int, project_id: int | None, choice: ModelChoice) -> Sent:
    """The same with these as the conversation's own."""
    about_me, persons = choices.told(owner_id)
    instructions, projects = _told_by(project_id) if project_id else ("", {})
    whole = own.over(Parameters.of(projects)).over(Parameters.of(persons))
    parts = [f"{ABOUT}\n{about_me}" if about_me.strip() else "", instructions, own.system_prompt]
    offered = offer_of(choice)
    kept = {
        name: value
        for name, value in whole.kept.items()
        if offered is None or offered.takes("effort" if "effort" in name else name, value)
    }
    prompt = "\n\n".join(part for part in parts if part.strip())
    return {"system_prompt": prompt, "parameters": kept}


def below(owner_id: int, project_id: int | None, offered: Offer) -> list[chips.Chip]:
    """What holds in a conversation that says nothing itself, as far as the model takes it."""
    _, persons = choices.told(owner_id)
    _, projects = _told_by(project_id) if project_id else ("", {})
    of_project = Parameters.of(projects)
    whole = of_project.over(Parameters.of(persons))
    return [
        chip._replace(of_project=chip.name in of_project.names)
        for chip in chips.chips(whole)
        if offered.takes(chip.name, getattr(whole, chip.name))
    ]


def _told_by(project_id: int) -> tuple[str, dict[str, Any]]:
    rows = Project.objects.filter(pk=project_id).values_list("instructions", "parameters")
    return rows.first() or ("", {})


def offer_of(choice: ModelChoice) -> Offer | None:
    """What the model takes; None where its provider is not connected."""
    config = provider_config(choice.provider)
    return offer(config, choice.model) if config else None
