"""`manage.py enter_link`: another link that signs the local owner in, once."""

from typing import Any

from django.core.management.base import BaseCommand

from conversations.sign_in.links import enter_link


class Command(BaseCommand):
    help = "Print a link that signs the owner of this machine in; it works once."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(enter_link())
