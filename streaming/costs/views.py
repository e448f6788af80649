"""The page of what a person's answers used and cost, and the same as a file."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from conversations.access import person
from conversations.models import Project
from streaming.costs.bill import grouped, money
from streaming.costs.months import Months, chosen
from streaming.costs.plots import Plot, plot
from streaming.costs.sums import COLUMNS, Line, Total, by, lines

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins with one of these is a formula to a spreadsheet."""


@require_GET
def usage(request: HttpRequest) -> HttpResponse:
    months, found = _found(request)
    names = dict(Project.objects.filter(owner=person(request)).values_list("pk", "name"))
    days = by(found, lambda line: line.day)
    models = by(found, lambda line: (line.model, line.provider))
    projects = by(found, lambda line: names.get(line.project or 0, ""))
    context = {
        "months": months,
        "total": Total(found),
        "days": sorted(days.items(), reverse=True),
        "models": sorted(models.items(), key=lambda each: -each[1].answers),
        "projects": sorted(projects.items()),
        "monthly": sorted(by(found, lambda line: line.day[:7]).items(), reverse=True),
        "plots": _plots(months, days),
        "by_model": _plots_of_models(models),
    }
    return render(request, "costs/usage.html", context)


@require_GET
def csv_file(request: HttpRequest) -> HttpResponse:
    months, found = _found(request)
    names = dict(Project.objects.filter(owner=person(request)).values_list("pk", "name"))
    reply = HttpResponse(content_type="text/csv; charset=utf-8")
    file = f"usage-{months.first:%Y-%m}-{months.last:%Y-%m}.csv"
    reply.headers["Content-Disposition"] = f'attachment; filename="{file}"'
    writer = csv.writer(reply)
    writer.writerow(COLUMNS)
    for line in sorted(found, key=lambda each: (each.day, each.provider, each.model)):
        row = line._replace(project=names.get(line.project or 0, ""))  # type: ignore[arg-type]
        writer.writerow([_defused(cell) for cell in row])
    return reply


def _found(request: HttpRequest) -> tuple[Months, list[Line]]:
    months = chosen(request.GET.get("from", ""), request.GET.get("to", ""), timezone.now().date())
    return months, lines(person(request).pk, months.first, months.end)


def _defused(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(FORMULAS)
    return f"'{cell}" if is_formula else cell


def _plots(months: Months, days: Mapping[str, Total]) -> list[Plot]:
    """By day: tokens, cost, answers, stops, resumes."""
    totals = [(day, days.get(day, Total())) for day in months.days]
    kinds = (
        ("tokens", gettext("Tokens a day"), _tokens),
        ("cost", gettext("Cost a day"), _cost),
        ("answers", gettext("Answers a day"), lambda total: _count(total.answers)),
        ("stops", gettext("Stops a day"), lambda total: _count(total.stops)),
        ("resumes", gettext("Resumes a day"), lambda total: _count(total.resumes)),
    )
    return [
        _plot(name, title, [(day, *read(each)) for day, each in totals])
        for name, title, read in kinds
    ]


def _plots_of_models(models: Mapping[Any, Total]) -> list[Plot]:
    kinds = (
        ("model-tokens", gettext("Tokens by model"), _tokens),
        ("model-cost", gettext("Cost by model"), _cost),
    )
    return [
        _plot(name, title, [(model, *read(each)) for (model, _), each in models.items()])
        for name, title, read in kinds
    ]


def _plot(name: str, title: str, values: list[tuple[str, int, str]]) -> Plot:
    highest = max(values, key=lambda each: each[1], default=("", 0, ""))
    summary = gettext("The most: %(words)s, %(name)s.") % {"words": highest[2], "name": highest[0]}
    return plot(name, title, summary if highest[1] else gettext("Nothing to show."), values)


def _tokens(total: Total) -> tuple[int, str]:
    size = total.input_tokens + total.output_tokens
    return size, grouped(size)


def _cost(total: Total) -> tuple[int, str]:
    return total.nanos, money(total.nanos, "USD")


def _count(number: int) -> tuple[int, str]:
    return number, grouped(number)
