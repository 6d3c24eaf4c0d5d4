"""The ledger's seal: entries are hashed into blocks, each naming the hash of the block before, a chain for each office.

A turn takes no shared row (a chain within the turn deadlocks, `promises.md` §1); what it appended is sealed afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select

from models.database import ReadSession, Session
from models.ledger import LedgerBlock, LedgerEntry, LedgerSeal

COLUMNS = tuple(LedgerEntry.__table__.columns)
FIRST = bytes(32)
OWN = 0  # the chain of entries without an office: the region's own
AT_ONCE = 5_000
Heads = dict[str, tuple[int, str]]
"""Of every chain the number and the hash (hex) of its newest block; kept outside of the database."""
A_DAY = 86_400_000 << 22  # in ids, whose high bits are milliseconds


def entry_hash(row: Any) -> bytes:
    """SHA-256 over every column of an entry, the same on every database."""
    text = json.dumps([_plain(value) for value in row], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def entries_hash(seals: Iterable[bytes]) -> bytes:
    """Over the hashes of a block's entries, in the order of their ids."""
    return hashlib.sha256(b"".join(seals)).digest()


def block_hash(chain: int, number: int, entries: int, over_entries: bytes, before: bytes, sealed_at: datetime) -> bytes:
    """Over all that a block says."""
    head = f"{chain}|{number}|{entries}|{sealed_at.isoformat()}|"
    return hashlib.sha256(head.encode() + over_entries + before).digest()


async def first_look(session: ReadSession) -> int:
    """Behind which id unsealed entries are looked for: a day before the last sealed one.

    Ids are ordered by time, and no transaction lasts so long. 0 looks at the whole ledger.
    """
    newest = await session.scalar(select(func.max(LedgerSeal.id)))
    return 0 if newest is None else max(0, newest - A_DAY)


async def has_unsealed(session: ReadSession, after: int) -> bool:
    """Whether an entry behind this id has no seal."""
    return await session.scalar(_unsealed(LedgerEntry.id).where(LedgerEntry.id > after).limit(1)) is not None


async def seal(session: Session, after: int) -> int | None:
    """Seal up to 5,000 entries behind this id; the last one's id, None where none was left."""
    query = _unsealed(*COLUMNS).where(LedgerEntry.id > after).order_by(LedgerEntry.id).limit(AT_ONCE)
    rows = (await session.execute(query)).all()
    chains: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        chains[row.office_id or OWN].append(row)
    for chain in sorted(chains):
        await _add_block(session, chain, chains[chain])
    return rows[-1].id if rows else None


def _unsealed(*columns: Any) -> Any:
    return select(*columns).outerjoin(LedgerSeal, LedgerSeal.id == LedgerEntry.id).where(LedgerSeal.id.is_(None))


async def _add_block(session: Session, chain: int, rows: list[Any]) -> None:
    last = (
        await session.execute(
            select(LedgerBlock.number, LedgerBlock.hash)
            .where(LedgerBlock.chain == chain)
            .order_by(LedgerBlock.number.desc())
            .limit(1)
        )
    ).first()
    number, before = (last.number + 1, last.hash) if last else (1, FIRST)
    hashes = [entry_hash(row) for row in rows]
    over = entries_hash(hashes)
    block = {
        "id": session.new_id(),
        "chain": chain,
        "number": number,
        "entries": len(rows),
        "entries_hash": over,
        "before_hash": before,
        "hash": block_hash(chain, number, len(rows), over, before, session.now),
        "sealed_at": session.now,
    }
    await session.execute(insert(LedgerBlock), [block])
    seals = [{"id": row.id, "block_id": block["id"], "hash": hashed} for row, hashed in zip(rows, hashes, strict=True)]
    await session.execute(insert(LedgerSeal), seals)


async def heads(session: ReadSession) -> Heads:
    """The newest block of every chain."""
    newest = select(LedgerBlock.chain, func.max(LedgerBlock.number).label("number")).group_by(LedgerBlock.chain)
    last = newest.subquery()
    found = await session.execute(
        select(LedgerBlock.chain, LedgerBlock.number, LedgerBlock.hash).join(
            last, (last.c.chain == LedgerBlock.chain) & (last.c.number == LedgerBlock.number)
        )
    )
    return {str(row.chain): (row.number, row.hash.hex()) for row in found}


async def lost(session: ReadSession, kept: Heads) -> list[tuple[str, int]]:
    """(chain, number) of the blocks that were kept outside and are gone, or others now."""
    found = []
    for chain, (number, known) in sorted(kept.items()):
        query = select(LedgerBlock.hash).where(LedgerBlock.chain == int(chain), LedgerBlock.number == number)
        digest = await session.scalar(query)
        if digest is None or bytes(digest).hex() != known:
            found.append((chain, number))
    return found
