"""Room for our sentence and, after it, 300 characters of the provider's own words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("streaming", "0007_running_by_person")]

    operations = [
        migrations.AlterField(
            model_name="generation",
            name="error_message",
            field=models.CharField(blank=True, max_length=600),
        ),
    ]
