"""What time it is."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones


class UnknownZone(Exception):
    """In a sentence, for the model."""


def told(zone: str, now: datetime | None = None) -> str:
    """Such as `Friday, 27 November 2026, 23:51:02 (2026-11-27T23:51:02+00:00, UTC)`."""
    if zone and zone not in available_timezones():
        raise UnknownZone(f"There is no time zone of the name {zone[:64]!r}; IANA names are known.")
    local = (now or datetime.now(UTC)).astimezone(ZoneInfo(zone or "UTC"))
    said = f"{DAYS[local.weekday()]}, {local.day} {MONTHS[local.month - 1]} {local:%Y, %H:%M:%S}"
    return f"{said} ({local.isoformat(timespec='seconds')}, {zone or 'UTC'})"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
