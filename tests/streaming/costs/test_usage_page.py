"""The page and the file of what a person's answers used and cost."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from conversations.models import Message, Project
from conversations.trash.purging import messages_go
from streaming.costs.months import chosen
from streaming.costs.plots import HEIGHT, plot
from streaming.costs.sums import Line, Total, lines
from streaming.models import Generation
from tests.support import rows
from tests.support.document import parse

TOLD: dict[str, Any] = {
    "usage_source": "reported",
    "input_tokens": 1000,
    "output_tokens": 100,
    "cost_source": "computed",
    "cost_currency": "USD",
    "cost_nanos": 3_500_000,
}


def answered(owner: User, **fields: Any) -> Generation:
    run = rows.running(owner, rows.worker(), **(TOLD | fields))
    Generation.objects.filter(pk=run.pk).update(status=fields.get("status", "finished"))
    return run


@pytest.fixture
def used(owner: User) -> User:
    """Three runs: an answer, one that was stopped and bounded, and a resume."""
    first = answered(owner)
    answered(owner, status="cancelled", cost_source="at_most", cost_nanos=30_000_000)
    rows.go_on(first, resume_mode="prefill", status="finished", **TOLD)
    other = User.objects.create_user("other")
    answered(other, input_tokens=999_999)
    return owner


def totals(client: Client) -> dict[str, str]:
    page = parse(client.get("/usage/").content.decode())
    return {each.attributes["data-total"] or "": each.text() for each in page.all("data-total")}


def test_the_page_adds_up_ones_own_answers(client: Client, used: User) -> None:
    client.force_login(used)
    assert totals(client) == {
        "answers": "2",
        "stops": "1",
        "resumes": "1",
        "tokens": "3,000, 300",
        "cost": "$0.007, 1 answer: at most $0.03 more",
    }


def test_each_plot_has_a_name_and_a_table_follows(client: Client, used: User) -> None:
    client.force_login(used)
    text = client.get("/usage/").content.decode()
    names = ("tokens", "cost", "answers", "stops", "resumes", "model-tokens", "model-cost")
    assert [f'data-plot="{name}"' in text for name in names] == [True] * len(names)
    assert text.count('role="img" aria-labelledby=') == len(names)
    assert text.count("<table") == 4
    assert "teller" in text


def test_the_file_has_a_header_and_no_formulas(client: Client, used: User) -> None:
    project = Project.objects.create(owner=used, name="=cmd()")
    run = answered(used, model="@evil")
    run.conversation.project = project
    run.conversation.save()
    client.force_login(used)
    reply = client.get("/usage.csv")
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *lines = list(csv.reader(reply.content.decode().splitlines()))
    assert header[:4] == ["day", "provider", "model", "project"]
    cells = [cell for line in lines for cell in line]
    assert {"'@evil", "'=cmd()"} <= set(cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert "999999" not in cells


def test_what_is_deleted_for_good_stays_counted(client: Client, used: User) -> None:
    client.force_login(used)
    before = totals(client)
    pks = list(Message.everything.filter(conversation__owner=used).values_list("pk", flat=True))
    messages_go.send(sender=Message, pks=pks)
    Message.everything.filter(pk__in=pks).delete()
    assert not Generation.objects.filter(requested_by=used).exists()
    assert totals(client) == before


def test_other_months_leave_it_out(client: Client, used: User) -> None:
    client.force_login(used)
    page = client.get("/usage/?from=2020-01&to=2020-02").content.decode()
    assert "Nothing in these months." in page
    assert client.get("/usage/?from=never&to=").status_code == 200


def test_months_are_put_in_order_and_are_a_year_at_most() -> None:
    today = date(2026, 11, 27)
    assert chosen("", "", today) == (date(2026, 11, 1), date(2026, 12, 1))
    assert chosen("2026-03", "2026-01", today) == (date(2026, 1, 1), date(2026, 4, 1))
    assert chosen("2020-01", "2026-01", today) == (date(2025, 2, 1), date(2026, 2, 1))
    assert chosen("2026-13", "nonsense", today) == (date(2026, 11, 1), date(2026, 12, 1))


def test_the_highest_bar_fills_the_plot_and_none_is_hidden() -> None:
    bars = plot("name", "Title", "", [("a", 0, "0"), ("b", 1, "1"), ("c", 10**6, "much")]).bars
    assert [bar.height for bar in bars] == [0, 1, HEIGHT]


def test_the_day_of_an_answer_is_that_of_utc(client: Client, used: User) -> None:
    client.force_login(used)
    assert f"{timezone.now():%Y-%m-%d}" in client.get("/usage.csv").content.decode()


def test_the_rows_that_are_read_do_not_grow_with_the_answers(owner: User) -> None:
    noon = timezone.now().replace(hour=12)
    for run in [answered(owner) for _ in range(3)]:
        Generation.objects.filter(pk=run.pk).update(created_at=noon, model="m", provider="p")
    day = noon.date()

    found = lines(owner.pk, day, day + timedelta(days=1))

    assert [line.answers for line in found] == [3]


def test_a_total_is_added_up_once() -> None:
    line = Line("2026-11-27", "p", "m", None, "computed", "USD", 1, 0, 0, 1, 9, 0, 5, 0, 7)
    total = Total(iter([line, line]))

    assert (total.answers, total.output_tokens, total.nanos) == (2, 10, 14)
    assert total.bill is total.bill
