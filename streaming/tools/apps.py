"""The app of tools."""

from django.apps import AppConfig


class ToolsConfig(AppConfig):
    name = "streaming.tools"
    label = "tools"
