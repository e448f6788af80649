"""When the turn of an answer came that had to wait in line."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0009_totals_and_parts_of_cost")]

    operations = [
        migrations.AddField(
            "generation", "turn_at", models.DateTimeField(null=True, blank=True)
        ),
    ]
