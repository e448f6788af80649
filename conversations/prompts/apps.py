"""The app of saved prompts."""

from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "conversations.prompts"
    label = "prompts"
