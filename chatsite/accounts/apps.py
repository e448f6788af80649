"""The app of people; it has the table of Django's cache, and notes every sign-in."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "chatsite.accounts"
    label = "accounts"

    def ready(self) -> None:
        from chatsite.accounts import sign_ins
        from chatsite.accounts.protection import sign_in_log

        user_logged_in.connect(sign_ins.record, dispatch_uid="chatsite.accounts.sign_ins")
        sign_in_log.begin()
