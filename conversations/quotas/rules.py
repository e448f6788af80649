"""Numbers and which of them holds; pure."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Limits(Protocol):
    """What somebody set; None where they set nothing."""

    running: int | None
    sends_a_minute: int | None
    sends_a_day: int | None
    tokens_a_month: int | None
    cost_a_month: int | None
    storage: int | None


class Quotas(NamedTuple):
    """What holds for one person; None is no limit.

    Answers at once; sends; tokens in and out together; billionths of a dollar; bytes of files.
    """

    running: int
    sends_a_minute: int
    sends_a_day: int
    tokens_a_month: int | None
    cost_a_month: int | None
    storage: int


def holding(own: Limits | None, of_role: Limits | None, site: Quotas) -> Quotas:
    """Each number separately: the person's own, else the role's, else the site's."""
    set_by = [limits for limits in (of_role, own) if limits is not None]  # the last one wins
    for limits in set_by:
        said = {name: getattr(limits, name) for name in Quotas._fields}
        site = site._replace(**{name: n for name, n in said.items() if n is not None})
    return site
