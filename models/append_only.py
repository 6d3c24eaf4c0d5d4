"""Triggers that refuse to change what is only ever appended.

Made by one function and verified after every migration: Alembic's batch mode drops triggers silently.
"""

from __future__ import annotations

from sqlalchemy import Connection, inspect, text

APPEND_ONLY = ("ledger_entries", "ledger_blocks", "ledger_seals", "audit_entries")

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$
"""


def ensure_append_only(connection: Connection) -> None:
    """Create the triggers that are missing, on SQLite or PostgreSQL; a table of a later revision has its turn then."""
    tables = set(APPEND_ONLY).intersection(inspect(connection).get_table_names())
    if connection.dialect.name == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                connection.execute(
                    text(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                    )
                )
        return
    connection.execute(text(_PG_FUNCTION))
    for table in tables:
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
