"""Funds: raised, handed down, used; a balance is changed by one statement and is never below zero."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.funds import Fund, FundMove
from models.offices import Office
from models.regions import visible_to
from services.casework import ensure_positive
from services.ledger import Fact, append, append_about, check

SIGN = {"raised": 1, "received": 1, "returned": 1, "allocated": -1, "used": -1}
COUNTED = ("raised", "allocated", "used")


class SameOfficeError(ZhaohuoError):
    """Money is handed down to another office; name the one that gets it."""


class FundBelowZeroError(ZhaohuoError):
    """There is less in this fund than is to be paid; raise money or choose another source first."""


@dataclass(frozen=True, slots=True)
class Purse:
    """Which money: of an office, for a programme, from a source (the ledger's words)."""

    office_id: int
    programme: str
    source: str


async def raise_fund(session: Session, purse: Purse, amount_fen: int, *, officer_id: int | None) -> FundMove:
    """Money came in. Raises AmountRefusedError, FactsRefusedError (an unknown programme or source)."""
    return await _change(session, purse, "raised", amount_fen, officer_id)


async def allocate(
    session: Session, purse: Purse, amount_fen: int, *, to_office_id: int, officer_id: int | None
) -> FundMove:
    """Money is handed down to another office; it was raised once and is not raised again there.

    Raises FundBelowZeroError, AmountRefusedError, SameOfficeError.
    """
    if to_office_id == purse.office_id:
        raise SameOfficeError
    move = await _change(session, purse, "allocated", amount_fen, officer_id)
    await _change(session, Purse(to_office_id, purse.programme, purse.source), "received", amount_fen, officer_id)
    return move


async def use(
    session: Session,
    purse: Purse,
    amount_fen: int,
    *,
    purpose: str,
    person_id: int | None = None,
    officer_id: int | None,
) -> FundMove:
    """Money is spent, for training, introduction or other, on a person where it is for one.

    Raises FundBelowZeroError: nothing is spent that is not there. AmountRefusedError, FactsRefusedError.
    """
    return await _change(session, purse, "used", amount_fen, officer_id, purpose, person_id)


async def give_back(session: Session, purse: Purse, amount_fen: int, *, officer_id: int | None) -> FundMove:
    """Money that was lent came back: it can be used again, and is not raised a second time."""
    return await _change(session, purse, "returned", amount_fen, officer_id)


async def balance_of(session: ReadSession, purse: Purse) -> int:
    """What is left, in fen."""
    found = await session.scalar(select(Fund.balance_fen).where(*_is(purse)))
    return found or 0


def funds_of(region: str) -> Select[Fund]:
    """The funds of all offices in the region's subtree."""
    query = select(Fund).join(Office, Office.id == Fund.office_id)
    return visible_to(query, Office.region, region).order_by(Fund.programme, Fund.source, Fund.id)


def _is(purse: Purse) -> tuple[Any, ...]:
    return (Fund.office_id == purse.office_id, Fund.programme == purse.programme, Fund.source == purse.source)


async def _change(
    session: Session,
    purse: Purse,
    kind: str,
    amount_fen: int,
    officer_id: int | None,
    purpose: str | None = None,
    person_id: int | None = None,
) -> FundMove:
    """One statement looks and changes: two who spend the last of it at once do not both succeed."""
    ensure_positive(amount_fen)
    move = FundMove(
        id=session.new_id(),
        kind=kind,
        amount_fen=amount_fen,
        purpose=purpose,
        moved_on=session.today,
        moved_by=officer_id,
    )
    fact = await _fact(session, purse, move)
    if fact is not None:
        await check(session, fact)
    move.fund_id = await _add(session, purse, amount_fen * SIGN[kind])
    session.add(move)
    if fact is not None and person_id is not None:
        await append_about(session, person_id, fact)
    elif fact is not None:
        await append(session, fact)
    await session.flush()
    return move


async def _add(session: Session, purse: Purse, delta: int) -> int:
    """The id of the fund that has changed. Raises FundBelowZeroError."""
    if delta > 0:
        await _ensure_fund(session, purse)
    changed = update(Fund).where(*_is(purse)).values(balance_fen=Fund.balance_fen + delta)
    if delta < 0:
        changed = changed.where(Fund.balance_fen >= -delta)
    options = {"synchronize_session": False}
    fund_id: int | None = await session.scalar(changed.returning(Fund.id), execution_options=options)
    if fund_id is None:
        raise FundBelowZeroError
    return fund_id


async def _ensure_fund(session: Session, purse: Purse) -> None:
    values = {
        "id": session.new_id(),
        "office_id": purse.office_id,
        "programme": purse.programme,
        "source": purse.source,
        "balance_fen": 0,
    }
    upsert: Any = sqlite.insert if session.is_sqlite else postgresql.insert
    statement = upsert(Fund).values(values)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["office_id", "programme", "source"]))


async def _fact(session: Session, purse: Purse, move: FundMove) -> Fact | None:
    """What the ledger is told; receiving and getting back what was lent is nothing new."""
    if move.kind not in COUNTED:
        return None
    office = await session.get_one(Office, purse.office_id)
    facts = {"programme": purse.programme, "source": purse.source}
    if move.kind == "used":
        facts["purpose"] = move.purpose or ""
    return Fact(
        key=f"fund_{move.kind}:{move.id}",
        kind=f"fund_{move.kind}",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        facts=facts,
        amount_fen=move.amount_fen,
        source=f"fund_moves:{move.id}",
    )
