"""A site on PostgreSQL: its pooler, its limits, its absence, its dumps."""
