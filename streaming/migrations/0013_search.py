"""Puts every text that there is into the index of the search."""

from django.db import migrations

from conversations.search.index.rows import PLAIN, Ending, Text

AT_ONCE = 100
STATES = {"cancelled": "stopped", "interrupted": "interrupted", "failed": "failed"}


def fill(apps, editor):
    conversations = apps.get_model("conversations", "Conversation")
    messages = apps.get_model("conversations", "Message")
    generations = apps.get_model("streaming", "Generation")
    entries = apps.get_model("conversations", "SearchEntry")
    owners = {}
    titles = conversations._base_manager.order_by("created_at", "pk")
    for pk, owner, title, created_at in titles.values_list("pk", "owner_id", "title", "created_at"):
        owners[pk] = owner
        entries.objects.create(**Text(owner, pk, None, title, created_at).row())
    last = 0
    written = messages._base_manager.exclude(text="").order_by("pk")
    columns = ("pk", "conversation_id", "text", "created_at")
    while rows := list(written.filter(pk__gt=last).values_list(*columns)[:AT_ONCE]):
        last = rows[-1][0]
        standing = generations._base_manager.filter(
            message_id__in=[row[0] for row in rows], undone_at=None
        )
        endings = {
            message: Ending(model, STATES.get(status, ""))
            for message, model, status in standing.order_by("pk").values_list(
                "message_id", "model", "status"
            )
        }
        entries.objects.bulk_create(
            entries(**Text(owners[of], of, pk, text, created_at).row(endings.get(pk, PLAIN)))
            for pk, of, text, created_at in rows
        )
    if editor.connection.vendor == "postgresql":  # or the next migration finds checks waiting
        editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        editor.execute("SET CONSTRAINTS ALL DEFERRED")


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_search'),
        ('streaming', '0012_demo_switch'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
