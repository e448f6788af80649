"""The database itself refuses to change a row, and to delete one before its time.

A later migration that alters the table makes SQLite forget its triggers, so it ends with `create`.
"""

from django.db import migrations

from conversations.audit.triggers import create, drop


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(
            lambda apps, editor: create(editor.connection),
            lambda apps, editor: drop(editor.connection),
        ),
    ]
