"""Wages are owed: a ticket with a deadline, an answer from the desk, an outcome that is counted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from families_house import entries, later, union
from house import add_officer, add_person, add_seeker, heard, texts
from sqlalchemy import select
from stage import Stage, spoken

from bot.rights_words import right_of
from models.audit import AuditEntry
from models.database import Database
from models.errors import MoveRefusedError, NotFoundError
from models.offices import Office, Officer, Role
from models.people import Person
from models.states import TicketState
from models.tickets import Ticket
from services import leaving, tickets
from services.casework import UnknownWordError, visible_row
from services.desk import desk_of
from services.outbox import Delivery


async def one_ticket(database: Database) -> tuple[Office, Person, Person, Ticket]:
    """An office with an officer, a worker, and the worker's ticket."""
    async with database.write() as session:
        office, officer = await union(session)
        worker = await add_seeker(session, name="王大山")
        ticket = await tickets.open_ticket(session, worker.id, "wages_owed", words="三个月没发工资")
    return office, officer, worker, ticket


async def test_a_ticket_has_the_office_of_the_place_and_a_deadline(database: Database) -> None:
    _, _, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        assert ticket.due_on == session.today + timedelta(days=3)
        assert (ticket.region, ticket.state) == ("410100", TicketState.OPEN)
        assert "工资".encode() not in (ticket.words_sealed or b"")
        again = await tickets.open_ticket(session, worker.id, "wages_owed", words="工地在新郑")
        assert again.id == ticket.id, "asking again is one ticket"
        assert tickets.words_of(session, again) == "三个月没发工资\n工地在新郑"
        other = await tickets.open_ticket(session, worker.id, "insurance")
        assert other.id != ticket.id
        assert other.due_on == session.today + timedelta(days=7)
        with pytest.raises(UnknownWordError, match="wages_owed"):
            await tickets.open_ticket(session, worker.id, "neighbours")


@pytest.mark.parametrize(
    ("outcome", "service"), [("paid", "rights"), ("advised", "rights"), ("arbitration", "legal_aid")]
)
async def test_the_answer_is_counted_by_its_outcome_and_reaches_the_worker(
    database: Database, outcome: str, service: str
) -> None:
    _, officer, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        ticket = await session.get_one(Ticket, ticket.id)
        assert await entries(session, "service_given") == []
        with pytest.raises(UnknownWordError, match="arbitration"):
            await tickets.answer_ticket(session, ticket, officer_id=officer.id, words="好", outcome="fine")
        assert ticket.state == TicketState.OPEN
        assert await tickets.answer_ticket(
            session, ticket, officer_id=officer.id, words="老板今天把工资结清了", outcome=outcome
        )
        (entry,) = await entries(session, "service_given")
        assert (entry.facts, entry.source) == ({"service": service}, f"tickets:{ticket.id}")
        with pytest.raises(MoveRefusedError):
            await tickets.answer_ticket(session, ticket, officer_id=officer.id, words="再说一次", outcome=outcome)
        assert len(await entries(session, "service_given")) == 1
        assert tickets.answer_of(session, ticket) == "老板今天把工资结清了"
    assert "老板今天把工资结清了" in (await texts(database, worker.id))[-1]


async def test_a_withdrawn_ticket_is_no_service(database: Database) -> None:
    _, officer, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        ticket = await session.get_one(Ticket, ticket.id)
        await tickets.withdraw_ticket(session, ticket, actor=worker.id)
        with pytest.raises(MoveRefusedError):
            await tickets.answer_ticket(session, ticket, officer_id=officer.id, words="好", outcome="paid")
        assert await entries(session, "service_given") == []


async def test_the_desk_shows_what_is_near_its_deadline_first_and_only_its_region(database: Database) -> None:
    _, _, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        other = await tickets.open_ticket(session, worker.id, "other")
    async with database.read() as session:
        cases = (await desk_of(session, "410100")).cases
        assert (cases.tickets, cases.urgent) == (2, 0)
        assert [row.id for row in cases.first.tickets] == [ticket.id, other.id]
        assert (await desk_of(session, "420100")).cases.tickets == 0
        with pytest.raises(NotFoundError):
            await visible_row(session, Ticket, ticket.id, "420100")
    later(database, 2)
    async with database.read() as session:
        assert (await desk_of(session, "410000")).cases.urgent == 1


async def test_what_was_told_goes_with_the_person(database: Database) -> None:
    _, _, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        await leaving.forget(session, worker.id)
    async with database.read() as session:
        stored = await session.get_one(Ticket, ticket.id)
        assert stored.words_sealed is None
        assert stored.state == TicketState.WITHDRAWN


# ---- in the chat


async def test_one_sentence_opens_a_ticket_and_staff_answer_it_from_the_desk(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        worker = await add_person(session, name="王大山")
        auditor = await add_officer(session, office, Role.AUDITOR)
    stage = Stage(database)
    heard = spoken(await stage.say(worker.id, "老板拖欠我三个月工资不给"))
    assert "已登记：欠薪" in heard
    assert "只用来办这件事" in heard
    assert "记下了" in spoken(await stage.say(worker.id, "样例建筑公司，新郑工地，一共2万"))
    async with database.read() as session:
        ticket = (await session.scalars(select(Ticket))).one()
        assert tickets.words_of(session, ticket) == "老板拖欠我三个月工资不给\n样例建筑公司，新郑工地，一共2万"
    (label,) = [label for label in _labels(await stage.say(auditor.id, "早报")) if label.startswith("欠薪求助：王**")]
    assert "不能" in spoken(await stage.say(auditor.id, label)), "an auditor only looks"
    digest = await stage.say(officer.id, "早报")
    assert "维权求助待答复1件" in spoken(digest)
    shown = spoken(await stage.say(officer.id, label))
    assert "一共2万" in shown
    assert "结果怎样" in spoken(await stage.say(officer.id, "已联系单位，周五前付清"))
    async with database.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).state == TicketState.OPEN, "not before the outcome is said"
    assert "已经转给对方" in spoken(await stage.say(officer.id, "双方谈妥"))
    assert "已联系单位，周五前付清" in spoken(await stage.news(worker.id))


async def test_where_it_happened_decides_which_office_answers(database: Database) -> None:
    async with database.write() as session:
        nearest, _ = await union(session, "410100")
        far, _ = await union(session, "420100")
        worker = await add_person(session)
    stage = Stage(database)
    await stage.say(worker.id, "欠薪")
    assert (await only_ticket(database)).office_id == nearest.id
    await stage.say(worker.id, "武汉洪山的工地，样例建筑公司")
    assert (await only_ticket(database)).office_id == far.id


async def only_ticket(database: Database) -> Ticket:
    async with database.read() as session:
        return (await session.scalars(select(Ticket))).one()


def _labels(replies: list[Delivery]) -> list[str]:
    return [choice.label for reply in replies for choice in reply.choices]


@pytest.mark.parametrize(
    ("said", "owed"),
    [
        ("老板跑了 欠我2万块", True),
        ("包工头不给钱", True),
        ("老板欠我钱三个月了", True),
        ("招2名焊工 公司不欠钱 老板好", False),
        ("找个老板好的厂 一万块", False),
        ("老板拖欠工资三个月了", True),
        ("工资一直不发怎么办", True),
        ("包工头欠我两万块工钱", True),
        ("欠我工钱", True),
        ("工地三个月没发工资", True),
        ("老板不给工资", True),
        ("公司欠薪", True),
        ("帮我讨薪", True),
        ("工资3个月没结", True),
        ("找个不拖欠工资的厂", False),
        ("招电焊工3名 从不拖欠工资", False),
        ("招电焊工3名 郑州 6000", False),
        ("电焊工 郑州 工资5000", False),
        ("工资日结", False),
        ("无欠薪的工地", False),
        ("工资高不高", False),
    ],
)
def test_who_says_that_wages_are_owed(said: str, owed: bool) -> None:
    assert (right_of(said) == "wages_owed") is owed


async def test_who_goes_elsewhere_answers_nobody(database: Database) -> None:
    """A command after a card was looked at is no answer to the worker."""
    _, officer, worker, ticket = await one_ticket(database)
    stage = Stage(database)
    desk = (await stage.say(officer.id, "早报"))[-1]
    key = next(choice.key for choice in desk.choices if choice.data == f"ticket:{ticket.id}")
    await stage.say(officer.id, key)
    assert "结果怎样" not in spoken(await stage.say(officer.id, "任命信息员 13900000301 王村"))
    await stage.say(officer.id, "早报")
    await stage.say(officer.id, key)
    await stage.say(officer.id, "班级")
    assert "结果怎样" not in spoken(await stage.say(officer.id, "今天天气不错"))
    await stage.say(officer.id, "早报")
    await stage.say(officer.id, key)
    assert "要回复：“老板明天发”。结果怎样" in spoken(await stage.say(officer.id, "老板明天发"))
    assert await stage.news(worker.id) == []
    async with database.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).state == TicketState.OPEN


async def test_the_number_of_a_worker_is_told_to_staff_of_the_place_and_noted(database: Database) -> None:
    _, officer, worker, ticket = await one_ticket(database)
    async with database.write() as session:
        person = await session.get_one(Person, worker.id)
        person.phone_sealed = session.keys.seal("+8613800138123", "people.phone", person.id)
        _, stranger = await union(session, "320500")
        auditor = await add_officer(session, await session.get_one(Office, ticket.office_id), Role.AUDITOR)
    stage = Stage(database)
    for clerk in (stranger, auditor):
        await stage.say(clerk.id, choice=f"num:{worker.id}:ticket", message="1")
    desk = (await stage.say(officer.id, "早报"))[-1]
    card = (await stage.say(officer.id, next(c.key for c in desk.choices if c.data == f"ticket:{ticket.id}")))[-1]
    told = await stage.say(officer.id, "看电话")
    assert "王**的电话：13800138123" in spoken(told)
    assert "要回复：“老板明天发”" in spoken(await stage.say(officer.id, "老板明天发")), "the card is still open"
    assert card.choices[0].label == "看电话"
    async with database.read() as session:
        rows = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "people.number_shown"))).all()
        assert [(row.actor_id, row.subject, row.detail) for row in rows] == [
            (officer.id, f"people:{worker.id}", {"purpose": "ticket"})
        ]
    async with database.write() as session:
        role = (await session.scalars(select(Officer).where(Officer.person_id == officer.id))).one()
        role.ended_at = session.now
    async with database.read() as session:
        assert "13800138123" not in "".join(one.text for one in await heard(session, officer.id))
