"""Consultations about rights: wages owed first, each with an answer in its time and what became of it."""

from __future__ import annotations

from datetime import timedelta

from app.sample.casework import HOMES, Casework
from app.sample.world import MARK
from models.people import Group
from services import tickets

ASKED = (  # topic, what the person says, what the office says, outcome
    ("wages_owed", "工地欠了三个月工资", "已约双方调解,工资已发到您卡上。", "paid"),
    ("severance", "厂里裁员没有给补偿", "双方已达成协议,补偿按协议支付。", "agreed"),
    ("insurance", "换了城市,社保怎么接", "请带身份证到社保窗口办理转移接续。", "advised"),
    ("wages_owed", "老板不接电话,工资没结", "工会律师已代您申请仲裁。", "arbitration"),
    ("other", "没有签劳动合同", "工会律师已接受您的委托。", "lawyer"),
)


async def tell_tickets(case: Casework) -> None:
    """Two in each city, answered before their deadlines."""
    for number, city in enumerate((*HOMES, *HOMES)):
        topic, said, answer, outcome = ASKED[number % len(ASKED)]
        case.on(2 + number % 6, 3 + case.dice.randint(0, 20))
        person = await case.seeker(city, "普工", Group.LAID_OFF if topic == "severance" else Group.MIGRANT)
        ticket = await tickets.open_ticket(
            case.session, person.id, topic, region=city, words=f"{MARK}:{said}", officer_id=case.officer(city)
        )
        case.at(case.session.today + timedelta(days=case.dice.randint(1, 3)), 15)
        await tickets.answer_ticket(case.session, ticket, officer_id=case.officer(city), words=answer, outcome=outcome)
