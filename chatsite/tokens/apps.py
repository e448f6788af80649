"""The app of personal access tokens."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    name = "chatsite.tokens"
    label = "tokens"
