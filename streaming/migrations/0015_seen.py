"""Nobody has to look at what ended before anybody noted what was seen."""

from django.db import migrations

SEEN = """
UPDATE conversations_conversation SET seen = COALESCE((
    SELECT max(id) FROM streaming_generation WHERE conversation_id = conversations_conversation.id
), 0)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0008_seen'),
        ('streaming', '0014_one_index_of_entries'),
    ]

    operations = [
        migrations.RunSQL(SEEN, migrations.RunSQL.noop),
    ]
