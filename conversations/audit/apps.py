"""The app of the audit log."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "conversations.audit"
    label = "audit"
