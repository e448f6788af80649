"""`manage.py take_second_factors NAME`: for who lost theirs, where nobody can do it on a page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from chatsite.accounts.adapter import stored_name
from chatsite.accounts.second_factors import taking_away


class Command(BaseCommand):
    help = "Take a person's second factors away, so that the password alone signs in."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The name with which the person signs in.")

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username=stored_name(options["name"])).first()
        if person is None:
            raise CommandError(f"Nobody is called {options['name']}.")
        taken = taking_away.take_away(person)
        self.stdout.write(f"{person.get_username()}: {taken} taken away.")
