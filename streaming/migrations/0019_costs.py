"""Costs in whole billionths, with where each is from; and what was written to a cache."""

from django.db import migrations, models

PARTS = ("cost", "cost_input", "cost_output")
SOURCES = ("reported", "computed", "estimated", "at_most", "unknown", "unpriced")


def money() -> models.DecimalField:
    return models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)


def added(model: str) -> list[migrations.AddField]:
    choices = [(source, source.replace("_", " ").title()) for source in SOURCES]
    fields = {
        **{f"{part}_nanos": models.BigIntegerField(null=True, blank=True) for part in PARTS},
        "cache_write_tokens": models.PositiveIntegerField(null=True, blank=True),
        "cost_source": models.CharField(max_length=16, choices=choices, blank=True, default=""),
        "price_list": models.CharField(max_length=40, blank=True, default=""),
        "priced_at": models.DateTimeField(null=True, blank=True),
    }
    return [
        migrations.AddField(model, name, field, preserve_default=not field.has_default())
        for name, field in fields.items()
    ]


def moved(table: str) -> migrations.RunSQL:
    """What was kept so far had been reported. Back, costs that were computed are kept, too."""
    there = ", ".join(f"{part}_nanos = CAST(ROUND({part} * 1e9) AS BIGINT)" for part in PARTS)
    back = ", ".join(f"{part} = ROUND({part}_nanos / 1e9, 8)" for part in PARTS)
    return migrations.RunSQL(
        f"UPDATE {table} SET {there}, cost_source = 'reported' WHERE cost IS NOT NULL",
        f"UPDATE {table} SET {back} WHERE cost_nanos IS NOT NULL AND cost_source <> 'at_most'",
    )


def taken(model: str) -> list[migrations.RemoveField]:
    return [migrations.RemoveField(model, part) for part in PARTS]


class Migration(migrations.Migration):
    dependencies = [("streaming", "0018_model_notes")]

    operations = [
        *added("generation"),
        moved("streaming_generation"),
        *taken("generation"),
        migrations.AddIndex(
            "generation",
            models.Index(fields=["requested_by", "created_at"], name="generations_by_day"),
        ),
    ]
