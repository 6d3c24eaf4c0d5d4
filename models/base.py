"""What all tables share: naming of constraints, column types, the append-only rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, LargeBinary, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses a naive time, gives back UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database: always UTC; SQLite keeps no zone, so it is left out there."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive time was given where an instant is needed"
            raise ValueError(msg)
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database: aware."""
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


Json = JSON().with_variant(JSONB(), "postgresql")

RowId = Annotated[int, mapped_column(BigInteger, primary_key=True, autoincrement=False)]
Moment = Annotated[datetime, mapped_column(UtcDateTime)]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
Hash = Annotated[bytes, mapped_column(LargeBinary(32))]  # SHA-256
BlindIndex = Annotated[bytes, mapped_column(LargeBinary(16))]
Adcode = Annotated[str, mapped_column(String(6))]
Fen = Annotated[int, mapped_column(BigInteger)]
Word = Annotated[str, mapped_column(String(32))]


class Base(DeclarativeBase):
    """Declarative base; constraint names are fixed so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        datetime: UtcDateTime,
        int: BigInteger,
    }
