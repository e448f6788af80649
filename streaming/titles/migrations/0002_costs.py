"""Costs in whole billionths, with where each is from; and what was written to a cache."""

from importlib import import_module

from django.db import migrations

costs = import_module("streaming.migrations.0019_costs")


class Migration(migrations.Migration):
    dependencies = [("titles", "0001_initial"), ("streaming", "0019_costs")]

    operations = [
        *costs.added("titlerequest"),
        costs.moved("titles_titlerequest"),
        *costs.taken("titlerequest"),
    ]
