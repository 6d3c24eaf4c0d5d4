"""What all casework shares: its rules as data, a record as staff may see it, a fact about a record."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Select, func, select

from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.families import FamilyMember
from models.people import Person
from models.regions import visible_to
from services.ledger import Fact, append_about
from services.merged import all_of, go_on

RULES = Path(__file__).with_name("casework.toml")
Row = TypeVar("Row")
MOST = 10**15  # fen: more than any union ever had; what is larger is a mistake in typing


class UnknownWordError(ZhaohuoError):
    """This word is not one of those that the casework knows; see `services/casework.toml`."""


@cache
def rules() -> dict[str, Any]:
    """Periods, limits and topics (`casework.toml`), read once."""
    return tomllib.loads(RULES.read_text("utf-8"))


def ensure_known(what: str, word: str, known: Any) -> None:
    """Refuse a word that is none of `known`. Raises UnknownWordError."""
    if word not in known:
        raise UnknownWordError(f"{what} {word!r} is unknown; known are: {', '.join(known)}")


def ensure_positive(amount_fen: int) -> None:
    """Money is a whole number of fen above zero, and no more than anybody has. Raises AmountRefusedError."""
    if isinstance(amount_fen, bool) or not isinstance(amount_fen, int) or not 0 < amount_fen <= MOST:
        raise AmountRefusedError


def ensure_fits(text: str, most: int) -> None:
    """A text that others read is there and not too long. Raises TextRefusedError."""
    if not text.strip() or len(text) > most:
        raise TextRefusedError(f"write 1 to {most} characters; here are {len(text)}")


class TextRefusedError(ZhaohuoError):
    """A text is missing or too long; shorten it."""


class AmountRefusedError(ZhaohuoError):
    """An amount is a whole number of fen above zero; check what was typed."""


class OwnCaseError(ZhaohuoError):
    """This is your own case or your family's; a colleague must decide it."""


async def is_own(session: ReadSession, officer_id: int, people: Iterable[int]) -> bool:
    """Whether the officer is one of these people, under any record of theirs."""
    officer = await go_on(session, await session.get_one(Person, officer_id))
    mine = {person.id for person in await all_of(session, officer.id if officer else officer_id)}
    return not mine.isdisjoint(people)


async def ensure_not_own(session: ReadSession, officer_id: int, people: Iterable[int]) -> None:
    """Nobody decides what they themselves or their family get. Raises OwnCaseError."""
    if await is_own(session, officer_id, people):
        raise OwnCaseError


async def family_of(session: ReadSession, family_id: int) -> list[int]:
    """Everybody of a family's file."""
    return list(await session.scalars(select(FamilyMember.person_id).where(FamilyMember.family_id == family_id)))


async def household_of(session: ReadSession, person_id: int) -> list[int]:
    """The person and whoever stands in a family's file with them."""
    files = select(FamilyMember.family_id).where(FamilyMember.person_id == person_id)
    others = select(FamilyMember.person_id).where(FamilyMember.family_id.in_(files))
    return list({person_id, *await session.scalars(others)})


async def visible_row(session: ReadSession, table: type[Row], row_id: int, region: str) -> Row:
    """The record of this table, if the officer's region has it. Raises NotFoundError: outside is as if it were not."""
    columns: Any = table
    query = visible_to(select(table).where(columns.id == row_id), columns.region, region)
    row = (await session.scalars(query)).first()
    if row is None:
        raise NotFoundError
    return row


async def lock(session: Session, row: Any) -> None:
    """Hold the record until the transaction ends, as it is stored now: of two officers the second sees the first's."""
    await session.flush()
    await session.refresh(row, with_for_update=True)


async def count(session: ReadSession, query: Select[*tuple[Any, ...]]) -> int:
    """How many rows the query finds."""
    return await session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


async def note(
    session: Session,
    person_id: int,
    row: Any,
    kind: str,
    facts: Mapping[str, Any] | None = None,
    *,
    on: date | None = None,
    quantity: int | None = None,
    amount_fen: int | None = None,
    groups: tuple[str, ...] | None = None,
) -> None:
    """Append a fact about the person that a record (with `id`, `office_id`, `region`) shows."""
    fact = Fact(
        key=f"{kind}:{row.id}",
        kind=kind,
        occurred_on=on or session.today,
        region=row.region,
        office_id=row.office_id,
        facts=facts,
        quantity=quantity,
        amount_fen=amount_fen,
        source=f"{row.__tablename__}:{row.id}",
    )
    await append_about(session, person_id, fact, groups)
