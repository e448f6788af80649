"""The app of roles."""

from django.apps import AppConfig


class RolesConfig(AppConfig):
    name = "conversations.roles"
    label = "roles"
