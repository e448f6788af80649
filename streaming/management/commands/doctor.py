"""`manage.py doctor`: checks a deployment, and says of each thing how to fix it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from streaming.ops import doctor, doctor_power, doctor_services, nightly
from streaming.ops.postgresql import without_pool
from streaming.ops.secrets import sealed


class Command(BaseCommand):
    help = "Say what is wrong with this deployment and how to fix it; exit 1 if anything is."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        with without_pool(connection):
            wrong = self.look()
        if wrong:
            raise CommandError(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")

    def look(self) -> int:
        """Say how each thing stands; how many are wrong."""
        wrong = 0
        rooms = (doctor, doctor_services, doctor_power, nightly, sealed)
        for check in (check for room in rooms for check in room.CHECKS):
            for finding in check():
                wrong += bool(finding.fix)
                mark = "WRONG" if finding.fix else "ok   "
                fix = f". {finding.fix}" if finding.fix else ""
                self.stdout.write(f"{mark} {finding.subject}: {finding.said}{fix}")
        return wrong
