"""The migrations produce exactly the models' schema, on both databases, and may be applied again."""

from __future__ import annotations

from models.database import Database
from models.migrate import complaints, upgrade


async def test_a_migrated_database_differs_in_nothing_from_the_models(database: Database) -> None:
    assert await complaints(database) == []
    await upgrade(database)
    assert await complaints(database) == []
