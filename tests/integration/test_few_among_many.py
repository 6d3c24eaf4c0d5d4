"""What is asked at every turn reads the few rows that wait, however many came before: its partial index is used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from house import ring
from sqlalchemy import event

from bot import batch
from bot.receiving import join_late
from matching.index import VacancyIndex
from models.database import Database
from services import outbox, parked, sending

Ask = Callable[[Any], Awaitable[Any]]
QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "the oldest message of each person": (
        lambda session: batch.load(session, 5, {"sms": None}, VacancyIndex(())),  # type: ignore[dict-item]
        {"ix_inbox_waiting"},
    ),
    "whether anything waits": (lambda session: batch.has_waiting(session, ["sms"]), {"ix_inbox_waiting"}),
    "parts that wait in vain": (lambda session: join_late(session, "sms"), {"ix_inbox_parts"}),
    "what is due": (lambda session: sending.claim(session, "sms", 5), {"ix_outbox_due", "ix_outbox_waiting"}),
    "what an address has not seen": (
        lambda session: outbox.unsent(session, 1, domestic=True),
        {"ix_outbox_waiting"},
    ),
    "what expired": (lambda session: sending.expire(session, "sms"), {"ix_outbox_due"}),
    "what was in flight": (lambda session: sending.flag_in_flight(session, "sms"), {"ix_outbox_due"}),
    "what is parked": (parked.parked, {"ix_outbox_parked"}),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_a_question_of_every_turn_uses_its_index(sqlite_url: str, name: str) -> None:
    ask, wanted = QUESTIONS[name]
    database = Database(sqlite_url, ring())
    asked: list[tuple[str, Any]] = []
    async with database.write() as session:
        connection = await session.connection()

        @event.listens_for(connection.sync_connection, "before_cursor_execute")
        def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            asked.append((statement, parameters))

        await ask(session)
        statement, parameters = asked[0]
        plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(parameters))
        steps = [row[3] for row in plan]
    await database.close()
    for index in wanted:
        assert any(index in step for step in steps), steps
