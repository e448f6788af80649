"""A provider's total of tokens where it tells no more, and what a cost is made of."""

from django.db import migrations, models


def money() -> models.DecimalField:
    return models.DecimalField(max_digits=16, decimal_places=8, null=True, blank=True)


class Migration(migrations.Migration):
    dependencies = [("streaming", "0008_longer_sentences")]

    operations = [
        migrations.AddField("generation", "cost_input", money()),
        migrations.AddField("generation", "cost_output", money()),
        migrations.AddField(
            "generation", "total_tokens", models.PositiveIntegerField(null=True, blank=True)
        ),
    ]
