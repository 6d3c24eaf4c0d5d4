"""Whether the ledger is as it was sealed: changed, missing and unsealed entries, and blocks that do not follow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, select

from models.database import ReadSession
from models.ledger import LedgerBlock, LedgerEntry, LedgerSeal
from services.sealing import COLUMNS, FIRST, Heads, block_hash, entries_hash, entry_hash, lost

PATIENCE = timedelta(minutes=1)
AT_ONCE = 2_000


@dataclass
class Verdict:
    """What was looked at and what is wrong; entries by key, those that are gone by id."""

    entries: int = 0
    blocks: int = 0
    chains: int = 0
    young: int = 0  # not sealed yet, for less than a minute
    changed: list[str] = field(default_factory=list)
    unsealed: list[str] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.changed or self.unsealed or self.missing or self.broken)


async def verify(session: ReadSession, heads: Heads | None = None) -> Verdict:
    """Look at every entry, seal and block, a few at a time: the memory needed does not grow with the ledger.

    `heads` were kept outside of the database: who cuts off the newest blocks with all their entries is found by them.
    """
    if not session.is_sqlite:  # there a transaction sees one moment anyway
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    verdict = Verdict()
    await _check_entries(session, verdict)
    await _check_blocks(session, verdict)
    verdict.broken += [  # the blocks that were newest once are there
        f"chain {chain}: block {number} was sealed and is not there: cut off, or an older backup was put back"
        for chain, number in await lost(session, heads or {})
    ]
    return verdict


async def _check_entries(session: ReadSession, verdict: Verdict) -> None:
    """Entries and seals side by side, in the order of their ids."""
    seals = _paged(session, select(LedgerSeal.id, LedgerSeal.hash), LedgerSeal.id)
    seal = await anext(seals, None)
    async for row in _paged(session, select(*COLUMNS), LedgerEntry.id):
        verdict.entries += 1
        while seal is not None and seal.id < row.id:
            verdict.missing.append(seal.id)
            seal = await anext(seals, None)
        if seal is not None and seal.id == row.id:
            if seal.hash != entry_hash(row):
                verdict.changed.append(row.key)
            seal = await anext(seals, None)
        elif row.recorded_at < session.now - PATIENCE:
            verdict.unsealed.append(row.key)
        else:
            verdict.young += 1
    while seal is not None:
        verdict.missing.append(seal.id)
        seal = await anext(seals, None)


async def _check_blocks(session: ReadSession, verdict: Verdict) -> None:
    """Every block follows the one before it and holds what it says."""
    query = select(LedgerBlock.__table__).order_by(LedgerBlock.chain, LedgerBlock.number)
    rows = await session.stream(query.execution_options(yield_per=AT_ONCE))
    chain, number, before = None, 0, FIRST
    async for block in rows:
        if block.chain != chain:
            chain, number, before = block.chain, 0, FIRST
            verdict.chains += 1
        verdict.blocks += 1
        if fault := await _fault_of(session, block, number + 1, before):
            verdict.broken.append(f"chain {block.chain}, block {block.number}: {fault}")
        number, before = block.number, block.hash
    gone = select(LedgerSeal.block_id).distinct().outerjoin(LedgerBlock, LedgerBlock.id == LedgerSeal.block_id)
    for block_id in await session.scalars(gone.where(LedgerBlock.id.is_(None))):
        verdict.broken.append(f"block {block_id} is gone, its seals are there")


async def _fault_of(session: ReadSession, block: Any, number: int, before: bytes) -> str:
    if block.number != number:
        return f"block {number} is missing before it"
    if block.before_hash != before:
        return "it does not follow the block before it"
    over, follows = _bytes(block.entries_hash), _bytes(block.before_hash)
    said = (block.chain, block.number, block.entries, over, follows, block.sealed_at)
    if block.hash != block_hash(*said):
        return "it was changed"
    query = select(LedgerSeal.hash).where(LedgerSeal.block_id == block.id).order_by(LedgerSeal.id)
    hashes = [_bytes(hashed) for hashed in await session.scalars(query)]
    if len(hashes) != block.entries or entries_hash(hashes) != block.entries_hash:
        return "its seals were changed"
    return ""


def _bytes(value: Any) -> bytes:
    """SQLite keeps whatever is written, also words where a hash was."""
    return value if isinstance(value, bytes) else repr(value).encode()


async def _paged(session: ReadSession, query: Select[*tuple[Any, ...]], key: Any) -> AsyncIterator[Any]:
    """The rows of the query in the order of the key, page by page."""
    last = None
    while True:
        page = query if last is None else query.where(key > last)
        rows = (await session.execute(page.order_by(key).limit(AT_ONCE))).all()
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        last = rows[-1].id
