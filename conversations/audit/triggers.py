"""What makes a database keep the log as it was written, whoever asks it to change that."""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_act"
TOLD = "the audit log stays as it is"
NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
"""As Django writes a time for SQLite, to the millisecond."""

SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_stays BEFORE UPDATE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
    f"CREATE TRIGGER IF NOT EXISTS {TABLE}_kept BEFORE DELETE ON {TABLE} "
    f"WHEN OLD.kept_until > {NOW} BEGIN SELECT RAISE(ABORT, '{TOLD}'); END",
)
POSTGRESQL = (
    f"""
CREATE OR REPLACE FUNCTION {TABLE}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND OLD.kept_until <= now() THEN
    RETURN OLD;
  END IF;
  RAISE integrity_constraint_violation USING MESSAGE = '{TOLD}';
END
$$
""",
    f"DROP TRIGGER IF EXISTS {TABLE}_stays ON {TABLE}",
    f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_stays()",
)
DROP = {
    "sqlite": (
        f"DROP TRIGGER IF EXISTS {TABLE}_stays",
        f"DROP TRIGGER IF EXISTS {TABLE}_kept",
    ),
    "postgresql": (
        f"DROP TRIGGER IF EXISTS {TABLE}_stays ON {TABLE}",
        f"DROP FUNCTION IF EXISTS {TABLE}_stays()",
    ),
}


def create(connection: BaseDatabaseWrapper) -> None:
    _run(connection, SQLITE if connection.vendor == "sqlite" else POSTGRESQL)


def drop(connection: BaseDatabaseWrapper) -> None:
    _run(connection, DROP[connection.vendor])


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
