"""The app of who may use which models."""

from django.apps import AppConfig


class AudienceConfig(AppConfig):
    name = "streaming.audience"
    label = "audience"
