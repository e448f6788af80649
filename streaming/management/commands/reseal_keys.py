"""`manage.py reseal_keys`: encrypt all that is sealed anew, so that an old field key can go."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from streaming.ops.secrets.sealed import reseal_all


class Command(BaseCommand):
    help = (
        "Encrypt all that is sealed (keys of providers, of people and of servers of tools, second "
        "factors) under the first of FIELD_KEYS. The site may serve meanwhile; run twice, it does "
        "nothing the second time."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        outcome = reseal_all(self.stdout.write)
        done = outcome.done
        already = f" {outcome.current} were already." if outcome.current else ""
        self.stdout.write(
            f"Sealed {done} {'key' if done == 1 else 'keys'} under the first key.{already}"
        )
        if outcome.unreadable:
            raise CommandError(
                "These could not be read and have to be entered again: "
                f"{', '.join(sorted(set(outcome.unreadable)))}."
            )
