"""Triggers that refuse to change what is only ever appended.

Made by one function and verified after every migration: Alembic's batch mode drops triggers silently.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

APPEND_ONLY = ("ledger_entries", "audit_entries")

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def ensure_append_only(connection: Connection) -> None:
    """Create the triggers that are missing, on SQLite or PostgreSQL."""
    if connection.dialect.name == "sqlite":
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                )
        return
    connection.execute(text(_PG_FUNCTION))
    for table in APPEND_ONLY:
        connection.execute(
            text(
                f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        )


def missing_triggers(connection: Connection) -> list[str]:
    """The append-only tables that nothing guards."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        expected = {f"{t}_no_{v}" for t in APPEND_ONLY for v in ("update", "delete")}
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        expected = {f"{t}_no_change" for t in APPEND_ONLY}
    present = {row[0] for row in connection.execute(text(query))}
    return sorted(expected - present)
