"""One batch of messages, one transaction: what it loads, what every turn is given, what it writes at the end.

A batch holds at most one message of a person, so turns cannot see each other. A failed turn leaves nothing behind
but its attempt; a batch that fails to commit is run again message by message.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, Select, bindparam, func, literal_column, select, update

from bot.inbox import BODY as INBOX_BODY
from bot.inbox import upsert
from bot.reach import Reach
from bot.storm import without_storm
from bot.turn import DATA, Menu, Speaker, Turn
from matching.index import VacancyIndex
from models.conversations import Conversation
from models.database import Session
from models.employers import Recruiter
from models.messages import INBOX, Choice, InboxRow, InboxState, is_waiting
from models.offices import Office, Officer
from models.people import Address, Person, Seeker
from services.outbox import add, row_values
from services.sharing import KNOWN_FOR

ATTEMPTS = 2
_channel = INBOX.c.channel + literal_column("''")  # as it is, SQLite would look through all that ever came by it


@dataclass(slots=True)
class Loaded:
    """A waiting message and the turn made for it; what is sealed is opened when its turn comes."""

    attempts: int
    turn: Turn
    waiting: int  # messages of this address, this one among them
    _body: bytes | None
    _conversation: bytes | None

    def open(self) -> dict[str, Any]:
        """Give the turn its data and menu; returns the message's body."""
        turn, keys = self.turn, self.turn.session.keys
        if self._conversation is not None:
            stored = json.loads(keys.open(self._conversation, DATA, turn.speaker.id))
            menu = stored["menu"]
            turn.data, turn.lately = stored["data"], stored.get("lately", {})
            turn.menu = Menu(menu[0], tuple(Choice(*c) for c in menu[1])) if menu else None
        if self._body:
            turn.body = json.loads(keys.open(self._body, INBOX_BODY, turn.inbox_id))
        return turn.body or {"text": ""}


@cache
def _waiting(*, lock: bool) -> Select[*tuple[Any, ...]]:
    """The oldest waiting message of each address with all that its turn needs; at most `:most`, of `:channels`."""
    inbox, people, conversations = InboxRow.__table__.c, Person.__table__.c, Conversation.__table__.c
    addresses = Address.__table__.c
    officers, recruiters = Officer.__table__.c, Recruiter.__table__.c
    oldest = (
        select(func.min(inbox.id).label("id"), func.count().label("waiting"))
        .where(is_waiting(inbox), _channel.in_(bindparam("channels", expanding=True)))
        .group_by(inbox.address_id)
        .order_by("id")
        .limit(bindparam("most"))
        .subquery()
    )
    officer = (
        select(officers.id)
        .where(officers.person_id == people.id, officers.ended_at.is_(None))
        .order_by(officers.id)
        .limit(1)
        .correlate(Person.__table__)
        .scalar_subquery()
    )
    employer = (
        select(recruiters.employer_id)
        .where(recruiters.person_id == people.id, recruiters.ended_at.is_(None))
        .order_by(recruiters.id.desc())
        .limit(1)
        .correlate(Person.__table__)
        .scalar_subquery()
    )
    query = (
        select(
            inbox.id,
            oldest.c.waiting,
            inbox.channel,
            inbox.attempts,
            inbox.body_sealed,
            inbox.address_id,
            addresses.shared,
            addresses.known_until,
            addresses.held_sealed.is_not(None).label("asked_who"),
            addresses.blocked_at,
            people.id.label("person_id"),
            people.language,
            people.phone_sealed.is_not(None).label("has_phone"),
            people.name_sealed.is_not(None).label("has_name"),
            Seeker.__table__.c.active.label("is_seeker"),
            employer.label("employer_id"),
            officers.office_id,
            officers.role,
            Office.__table__.c.region.label("office_region"),
            conversations.state,
            conversations.data_sealed,
        )
        .select_from(InboxRow.__table__)
        .join(oldest, oldest.c.id == inbox.id)
        .join(Address.__table__, Address.__table__.c.id == inbox.address_id)
        .join(Person.__table__, people.id == Address.__table__.c.person_id)
        .outerjoin(Conversation.__table__, conversations.person_id == people.id)
        .outerjoin(Seeker.__table__, Seeker.__table__.c.person_id == people.id)
        .outerjoin(Officer.__table__, officers.id == officer)
        .outerjoin(Office.__table__, Office.__table__.c.id == officers.office_id)
        .where(is_waiting(inbox))  # seen again when a lock had to be waited for
        .order_by(inbox.id)
    )
    # On PostgreSQL the locked rows are the lease: they belong to this transaction and die with it. The lock lets
    # others refer to the row (KEY SHARE), as a notice to its person does.
    locked = [InboxRow.__table__, Address.__table__, Person.__table__]
    return query.with_for_update(of=locked, skip_locked=True, key_share=True) if lock else query


@cache
def _keep_conversation(sqlite: bool) -> Any:
    statement = upsert(Conversation.__table__, sqlite=sqlite)
    return statement.on_conflict_do_update(
        index_elements=["person_id"],
        set_={name: statement.excluded[name] for name in ("state", "data_sealed", "updated_at")},
    )


_HANDLED = (
    update(INBOX)
    .where(INBOX.c.id.in_(bindparam("rows", expanding=True)))
    .values(state=InboxState.HANDLED, handled_at=bindparam("moment"))
)


async def load(session: Session, limit: int, reaches: dict[str, Reach], vacancies: VacancyIndex) -> list[Loaded]:
    """The oldest waiting message of each person, with everything its turn needs, in one statement.

    A person at two addresses gets one of them in this batch, the other in the next. What came by a channel that is set
    up no more waits until it is again, and holds up nobody.
    """
    query = _waiting(lock=not session.is_sqlite)
    rows = (await session.execute(query, {"most": limit, "channels": list(reaches)})).mappings().all()
    seen: set[int] = set()
    loaded: list[Loaded] = []
    for row in rows:
        if row["person_id"] in seen:
            loaded[-1].waiting += 1  # left for the next batch
            continue
        seen.add(row["person_id"])
        loaded.append(_loaded(session, row, reaches[row["channel"]], vacancies))
    return loaded


def _loaded(session: Session, row: RowMapping, reach: Reach, vacancies: VacancyIndex) -> Loaded:
    speaker = Speaker(
        id=row["person_id"],
        language=row["language"],
        has_phone=bool(row["has_phone"]),
        has_name=bool(row["has_name"]),
        is_seeker=bool(row["is_seeker"]),
        employer_id=row["employer_id"],
        office_id=row["office_id"],
        office_region=row["office_region"],
        role=row["role"],
    )
    turn = Turn(
        session=session,
        inbox_id=row["id"],
        address_id=row["address_id"],
        channel=row["channel"],
        speaker=speaker,
        reach=reach,
        vacancies=vacancies,
        state=row["state"],
        data={},
        menu=None,
        shared=row["shared"],
        asks_who=row["shared"] and (row["known_until"] is None or row["known_until"] < session.now),
        asked_who=row["asked_who"],
        unblocks=row["blocked_at"] is not None,
    )
    return Loaded(row["attempts"], turn, row["waiting"], row["body_sealed"], row["data_sealed"])


@dataclass(frozen=True, slots=True)
class Written:
    """What a turn that went well leaves, as column values: made with the turn, so that a fault in it is its own."""

    inbox_id: int
    conversation: dict[str, Any] | None  # None: it ended with this turn
    outgoing: list[dict[str, Any]]
    address: dict[str, Any]  # what changes of the address: nearly always nothing


def written(session: Session, turn: Turn) -> Written:
    """The values of one turn."""
    lately, replies = without_storm(turn.lately, turn.replies, session.now, paid=turn.reach.characters is not None)
    menu = [turn.menu.message_id, [[c.key, c.label, c.data] for c in turn.menu.choices]] if turn.menu else None
    text = json.dumps({"data": turn.data, "menu": menu, "lately": lately}, ensure_ascii=False)
    conversation = {
        "person_id": turn.speaker.id,
        "state": turn.state,
        "data_sealed": session.keys.seal(text, DATA, turn.speaker.id),
        "updated_at": session.now,
    }
    outgoing = [row_values(session, turn.address_id, turn.channel, out, turn.inbox_id) for out in replies]
    return Written(turn.inbox_id, None if turn.joined else conversation, outgoing, _address_changes(session, turn))


def _address_changes(session: Session, turn: Turn) -> dict[str, Any]:
    """Who writes can be reached; and on a shared phone it stays clear for a while who it is."""
    changes: dict[str, Any] = {"blocked_at": None} if turn.unblocks else {}
    if turn.shared and not turn.asks_who:
        changes["known_until"] = session.now + KNOWN_FOR
    return {"id": turn.address_id, **changes} if changes else {}


async def write(session: Session, turns: list[Written]) -> None:
    """Write the conversations and handled marks of the turns that went well, and leave their replies for the end."""
    if not turns:
        return
    add(session, (row for turn in turns for row in turn.outgoing))
    if kept := [turn.conversation for turn in turns if turn.conversation is not None]:
        await session.execute(_keep_conversation(session.is_sqlite), kept)
    for turn in turns:
        if turn.address:
            await session.execute(update(Address).where(Address.id == turn.address["id"]).values(turn.address))
    await session.execute(_HANDLED, {"rows": [turn.inbox_id for turn in turns], "moment": session.now})


async def write_failure(session: Session, item: Loaded, error: Exception) -> None:
    """A turn failed: count it; after the second time the message is parked and the person gets a polite line."""
    attempts = item.attempts + 1
    parked = attempts >= ATTEMPTS
    await session.execute(
        update(InboxRow)
        .where(InboxRow.id == item.turn.inbox_id)
        .values(
            attempts=attempts,
            error=type(error).__name__,
            state=InboxState.PARKED if parked else InboxState.WAITING,
            handled_at=session.now if parked else None,
        )
    )
    if parked:
        out = item.turn.send(item.turn.say("sorry.parked"))
        add(session, [row_values(session, item.turn.address_id, item.turn.channel, out, item.turn.inbox_id)])


async def has_waiting(session: Any, channels: Iterable[str] | None = None) -> bool:
    """Whether anything waits to be handled; `channels`: that came by these."""
    query: Select[Any] = select(literal_column("1")).select_from(INBOX).limit(1)
    query = query.where(is_waiting(INBOX.c))
    if channels is not None:
        query = query.where(_channel.in_(list(channels)))
    return await session.scalar(query) is not None
