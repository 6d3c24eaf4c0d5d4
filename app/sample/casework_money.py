"""Funds: raised by source, handed down from the province, used; nothing is spent that is not there."""

from __future__ import annotations

from app.sample.casework import HOMES, YUAN, Casework
from app.sample.world import PROVINCE
from services import funds
from services.funds import Purse

RAISED = {  # programme → source → yuan of a city, about
    "training_employment": {"local": 250_000, "union": 300_000, "donation": 80_000},
    "tuition": {"government": 120_000, "union": 90_000, "donation": 60_000},
    "living_medical": {"local": 80_000, "union": 60_000},
    "loan": {"union": 400_000},
}
HANDED_DOWN = {"training_employment": 300_000, "tuition": 80_000, "living_medical": 200_000, "loan": 150_000}
USED = {"introduction": 45_000, "training": 120_000, "other": 12_000}


async def raise_funds(case: Casework) -> None:
    """Every city raises its own in January; the province gets the central money and hands it down."""
    supervisor = case.officer(PROVINCE)
    for programme, each in HANDED_DOWN.items():
        case.on(12, 8)
        purse = Purse(case.office(PROVINCE).id, programme, "central")
        total = each * len(HOMES) * YUAN
        await funds.raise_fund(case.session, purse, total, officer_id=supervisor)
        for city in HOMES:
            case.on(12, 15 + case.dice.randint(0, 9))
            to = case.office(city).id
            await funds.allocate(case.session, purse, each * YUAN, to_office_id=to, officer_id=supervisor)
    for city in HOMES:
        for programme, sources in RAISED.items():
            for source, usual in sources.items():
                case.on(1, 5 + case.dice.randint(0, 20))
                amount = round(usual * case.dice.uniform(0.8, 1.4)) * YUAN
                purse = Purse(case.office(city).id, programme, source)
                await funds.raise_fund(case.session, purse, amount, officer_id=case.officer(city))


async def use_funds(case: Casework) -> None:
    """What classes and introductions cost besides what is paid for single persons."""
    for city in HOMES:
        for number, (purpose, usual) in enumerate(USED.items()):
            case.on(4 + number, 1 + case.dice.randint(0, 24))
            amount = round(usual * case.dice.uniform(0.7, 1.1)) * YUAN
            purse = Purse(case.office(city).id, "training_employment", "union" if number else "local")
            await funds.use(case.session, purse, amount, purpose=purpose, officer_id=case.officer(city))
