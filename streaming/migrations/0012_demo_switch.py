"""Whether the demo provider answers beside the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0011_stop_receipt")]

    operations = [
        migrations.CreateModel(
            name="DemoSwitch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
    ]
