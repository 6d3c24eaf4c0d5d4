"""Two records are one person: everything of the one goes on under the other, and can be taken apart again exactly.

What is moved is written down by key. What cannot be moved, because the other has the same (one application a vacancy),
stays where it is and is found through the merge.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, exists, select, true, update
from sqlalchemy.orm.attributes import set_committed_value

from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.ledger import LedgerEntry
from models.merges import PersonApart, PersonMerge
from models.offices import Office
from models.people import Person, Seeker
from models.tables import metadata
from services.ledger import Fact, append
from services.merged import go_on
from services.people import PROFILE
from services.staff import check_visible

OWNERS = frozenset(
    {
        *("person_id", "seeker_id", "student_id", "applicant_id", "helper_id"),
        *("agent_id", "leader_id"),  # who speaks for others, who leads a team
        *("posted_by", "planned_by"),  # who is asked or told about it later
        *("confirmed_by", "replied_by"),  # who may not audit or decide it
    }
)
STAY = frozenset({"outbox", "join_codes"})  # history


class MergeRefusedError(ZhaohuoError):
    """These two records cannot be merged now."""


@dataclass(frozen=True, slots=True)
class _Owned:
    """A column that says whose a row is, with the other columns of its key and those that must stay unique."""

    table: Table
    column: Column[Any]
    key: tuple[Column[Any], ...]
    unique: tuple[tuple[Column[Any], ...], ...]

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column.name}"


@cache
def _owned() -> tuple[_Owned, ...]:
    """Every column of the schema that says whose a row is: a new table is merged without a line here.

    A row whose whole key is the person (what somebody looks for, a conversation, a pause) belongs to the
    record and stays.
    """
    return tuple(
        _Owned(table, column, _key_of(table, column), tuple(_unique_with(table, column)))
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in OWNERS and table.name not in STAY and _is_person(column) and _key_of(table, column)
    )


def _is_person(column: Column[Any]) -> bool:
    return any(key.target_fullname == "people.id" for key in column.foreign_keys)


def _key_of(table: Table, column: Column[Any]) -> tuple[Column[Any], ...]:
    return tuple(part for part in table.primary_key.columns if part is not column)


def _unique_with(table: Table, column: Column[Any]) -> list[tuple[Column[Any], ...]]:
    """The other columns of each constraint that the column is part of."""
    groups = [c.columns for c in table.constraints if isinstance(c, UniqueConstraint) or c is table.primary_key]
    groups += [index.columns for index in table.indexes if index.unique]
    return [tuple(part for part in group if part is not column) for group in groups if column.name in group]


async def merge(
    session: Session, kept_id: int, gone_id: int, *, officer_id: int, office: Office, reason: str
) -> PersonMerge:
    """`gone` goes on as `kept`: rows are moved and noted, `person_merged` is written. The office sees both.

    Raises NotFoundError, MergeRefusedError.
    """
    if not reason.strip():
        raise MergeRefusedError("say why they are one person: --reason")
    kept, gone = await _both(session, kept_id, gone_id)
    for person in (kept, gone):
        await check_visible(session, (await go_on(session, person) or person).id, office.region)
    _check_one(session, kept, gone)
    row = PersonMerge(id=session.new_id(), kept_id=kept.id, gone_id=gone.id, moved={}, reason=reason.strip()[:200])
    row.merged_by, row.merged_at = officer_id, session.now
    moved, left = await _move_rows(session, kept.id, gone.id)
    took = await _move_person(session, kept, gone)
    row.moved = {"rows": moved, "left": left, "person": took, "seeker": await _move_seeker(session, kept.id, gone.id)}
    gone.merged_into = kept.id
    session.add(row)
    await session.flush()
    await append(session, _fact(row, kept, gone, office, session))
    detail = {"into": kept.id, "merge": row.id}
    record(session, actor=officer_id, action="people.merged", subject=f"people:{gone.id}", detail=detail)
    return row


async def _both(session: Session, kept_id: int, gone_id: int) -> tuple[Person, Person]:
    """The two, locked in one order, so that two who merge at once do it one after the other."""
    if kept_id == gone_id:
        raise MergeRefusedError("a record cannot be merged with itself")
    found = {}
    for person_id in sorted((kept_id, gone_id)):
        person = await session.get(Person, person_id, with_for_update=True, populate_existing=True)
        if person is None or person.deleted_at is not None:
            raise NotFoundError
        found[person_id] = person
    return found[kept_id], found[gone_id]


def _check_one(session: ReadSession, kept: Person, gone: Person) -> None:
    """No circles: who was merged already goes on as somebody else. Two ID numbers are two people."""
    for person in (kept, gone):
        if person.merged_into is not None:
            raise MergeRefusedError(f"record {person.id} was merged into {person.merged_into} already; merge that one")
    numbers = {person.id_number(session) for person in (kept, gone)} - {None}
    if len(numbers) > 1:
        raise MergeRefusedError(
            "they have two different ID numbers, so they are two people; correct the wrong one first"
        )


async def _move_rows(session: Session, kept_id: int, gone_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    await session.flush()
    moved, left = {}, {}
    for owned in _owned():
        mine = [list(row) for row in await session.execute(select(*owned.key).where(owned.column == gone_id))]
        if not mine:
            continue
        free = owned.column == gone_id
        for others in owned.unique:
            twin = owned.table.alias()
            same = and_(true(), *(twin.c[part.name] == part for part in others))
            free &= ~exists().where(twin.c[owned.column.name] == kept_id, same)
        ours = [list(row) for row in await session.execute(select(*owned.key).where(free))]
        await session.execute(update(owned.table).where(free).values({owned.column.name: kept_id}))
        _tell_loaded(session, owned, ours, kept_id)
        moved[owned.name] = ours
        if stayed := [key for key in mine if key not in ours]:
            left[owned.name] = stayed
    return moved, left


def _tell_loaded(session: Session, owned: _Owned, keys: list[list[Any]], owner: int) -> None:
    """What is loaded of the moved rows says so too; a row whose key changed is loaded anew when it is wanted."""
    for loaded in list(session.identity_map.values()):
        if (
            getattr(loaded, "__table__", None) is owned.table
            and [getattr(loaded, part.name) for part in owned.key] in keys
        ):
            if owned.column.primary_key:
                session.expunge(loaded)
            else:
                set_committed_value(loaded, owned.column.name, owner)


async def _move_person(session: Session, kept: Person, gone: Person) -> dict[str, bool]:
    """What the kept record lacks: name, ID number, a proven phone; and a 停 holds for both."""
    name, phone, number = gone.name(session), gone.phone(session), gone.id_number(session)
    typed = kept.phone(session)
    took = {
        "name": kept.name_sealed is None and name is not None,
        "id_number": kept.id_number_index is None and number is not None,
        "phone": kept.phone_index is None and phone is not None and typed in (None, phone),
        "phone_was_typed": typed is not None,
        "phone_proven": gone.phone_index is not None,
        "opted_out": kept.opted_out_at is None and gone.opted_out_at is not None,
    }
    if took["id_number"]:
        gone.set_id_number(session, None)
    if took["phone"]:
        gone.set_phone(session, None)
    await session.flush()  # both indexes are unique
    if took["name"]:
        kept.set_name(session, name)
    if took["id_number"]:
        kept.set_id_number(session, number)
    if took["phone"]:
        kept.set_phone(session, phone, proven=took["phone_proven"])
    if took["opted_out"]:
        kept.opted_out_at = gone.opted_out_at
    return took


async def _move_seeker(session: Session, kept_id: int, gone_id: int) -> str:
    """The wish of who has none of their own yet; it is sealed for one row, so it is sealed again."""
    theirs, own = await session.get(Seeker, gone_id), await session.get(Seeker, kept_id)
    if theirs is None or not theirs.active:
        return "none"
    theirs.active = False
    if own is not None:
        return "slept"
    profile = session.keys.open(theirs.profile_sealed, PROFILE, gone_id) if theirs.profile_sealed else ""
    session.add(
        Seeker(
            person_id=kept_id,
            office_id=theirs.office_id,
            registered_at=theirs.registered_at,
            active=True,
            region=theirs.region,
            profile_sealed=session.keys.seal(profile, PROFILE, kept_id) if profile else b"",
            occupations=theirs.occupations,
        )
    )
    return "moved"


def _fact(row: PersonMerge, kept: Person, gone: Person, office: Office, session: Session) -> Fact:
    return Fact(
        key=f"person_merged:{row.id}",
        kind="person_merged",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        person=gone.ledger_key,
        facts={"into": kept.ledger_key},
        source=f"person_merges:{row.id}",
    )


async def unmerge(session: Session, merge_id: int, *, officer_id: int, office: Office, reason: str) -> None:
    """They are two after all: what was moved goes back, the ledger entry is reversed. Later work stays with `kept`.

    Raises NotFoundError, MergeRefusedError.
    """
    row = await session.get(PersonMerge, merge_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError
    if not reason.strip() or row.undone_at is not None:
        raise MergeRefusedError("say why: --reason" if row.undone_at is None else "this merge was undone already")
    kept = await session.get_one(Person, row.kept_id, with_for_update=True, populate_existing=True)
    gone = await session.get_one(Person, row.gone_id, with_for_update=True, populate_existing=True)
    await check_visible(session, kept.id, office.region)
    if kept.merged_into is not None:
        raise MergeRefusedError(f"record {kept.id} was merged into {kept.merged_into} since; undo that first")
    if kept.deleted_at is not None:
        raise MergeRefusedError("the person had everything deleted since; there is nothing to take apart")
    await _reverse(session, row, officer_id, office)
    await _rows_back(session, row)
    await _person_back(session, kept, gone, row.moved["person"])
    await _seeker_back(session, row)
    gone.merged_into = None
    row.undone_by, row.undone_at = officer_id, session.now
    detail = {"from": kept.id, "merge": row.id}
    record(session, actor=officer_id, action="people.unmerged", subject=f"people:{gone.id}", detail=detail)


async def _reverse(session: Session, row: PersonMerge, officer_id: int, office: Office) -> None:
    entry = (await session.scalars(select(LedgerEntry).where(LedgerEntry.key == f"person_merged:{row.id}"))).one()
    await append(
        session,
        Fact(
            key=f"{entry.key}:undone",
            kind=entry.kind,
            occurred_on=session.today,
            region=entry.region,
            office_id=entry.office_id,
            person=entry.person,
            facts=entry.facts,
            source=entry.source,
            reverses=entry.key,
        ),
    )


async def _rows_back(session: Session, row: PersonMerge) -> None:
    await session.flush()
    known = {owned.name: owned for owned in _owned()}
    for name, keys in row.moved["rows"].items():
        owned = known[name]
        for key in keys:
            same = and_(*(part == value for part, value in zip(owned.key, key, strict=True)))
            back = update(owned.table).where(same, owned.column == row.kept_id)
            await session.execute(back.values({owned.column.name: row.gone_id}))
        _tell_loaded(session, owned, keys, row.gone_id)


async def _person_back(session: Session, kept: Person, gone: Person, took: dict[str, bool]) -> None:
    phone, number = kept.phone(session), kept.id_number(session)
    if took["name"]:
        kept.set_name(session, None)
    if took["id_number"]:
        kept.set_id_number(session, None)
    if took["phone"]:
        kept.set_phone(session, phone if took["phone_was_typed"] else None, proven=False)
    if took["opted_out"] and kept.opted_out_at == gone.opted_out_at:
        kept.opted_out_at = None
    await session.flush()
    if took["id_number"]:
        gone.set_id_number(session, number)
    if took["phone"]:
        gone.set_phone(session, phone, proven=took["phone_proven"])


async def _seeker_back(session: Session, row: PersonMerge) -> None:
    if row.moved["seeker"] == "none":
        return
    (await session.get_one(Seeker, row.gone_id)).active = True
    if row.moved["seeker"] == "moved":
        await session.delete(await session.get_one(Seeker, row.kept_id))


async def keep_apart(session: Session, one_id: int, other_id: int, *, officer_id: int, office: Office) -> None:
    """Somebody looked: they are two, and are not shown as candidates again. Raises NotFoundError."""
    low, high = sorted((one_id, other_id))
    for person_id in (low, high):
        await check_visible(session, person_id, office.region)
    query = select(PersonApart.id).where(PersonApart.one_id == low, PersonApart.other_id == high)
    if await session.scalar(query) is None:
        apart = PersonApart(id=session.new_id(), one_id=low, other_id=high, decided_by=officer_id)
        apart.decided_at = session.now
        session.add(apart)
        record(session, actor=officer_id, action="people.apart", subject=f"people:{low}", detail={"other": high})
