"""What has happened to the sample's seekers in this form year, and the posts of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.sample.chronicle import Chronicle, Life, Start
from app.sample.seekers import Registered
from app.sample.world import PROVINCE, World
from models.employers import Employer
from models.people import Group
from models.placements import Placement
from models.regions import lies_in
from models.states import PlacementState
from models.training import Institution

PLACED, TRAINED, BOTH = 80, 76, 40


async def tell_this_year(world: World, seekers: Sequence[Registered], institutions: Sequence[Institution]) -> None:
    """Registrations, courses and placements; every open advert's posts."""
    dice = world.chance("this year")
    chronicle = Chronicle(world, dice)
    chosen = dice.sample(range(len(seekers)), PLACED + TRAINED - BOTH)
    placed, trained = set(chosen[:PLACED]), set(chosen[-TRAINED:])
    for number, seeker in enumerate(seekers):
        life = _life(world, seeker)
        await chronicle.register(life)
        since = await chronicle.train(life, seeker.on, institutions) if number in trained else seeker.on
        if number in placed:
            await _place(world, chronicle, seeker, life, since)
    await _note_posts(world, chronicle)


def _life(world: World, seeker: Registered) -> Life:
    return Life(
        person=seeker.person.ledger_key,
        groups=seeker.groups,
        office=seeker.office,
        registered_on=seeker.on,
        last_day=world.session.today,
        source=f"seekers:{seeker.person.id}",
    )


async def _place(world: World, chronicle: Chronicle, seeker: Registered, life: Life, since: date) -> None:
    """The seeker works now: no longer looking, no longer 下岗."""
    start, employer = chronicle.imagine_start(life, since), chronicle.one_of(_employers(world, seeker))
    seeker.row.active = False
    for membership in seeker.memberships:
        if membership.group == Group.LAID_OFF:
            membership.until = start.on
    placement = _placement(world, seeker, start, employer)
    world.add(placement)
    await chronicle.start(life, start, employer.kind, f"placements:{placement.id}")


def _employers(world: World, seeker: Registered) -> list[Employer]:
    """Those who look for the trade: in the seeker's city, else anywhere."""
    ids = {vacancy.employer_id for vacancy in world.vacancies if vacancy.occupation == seeker.trade.code}
    looking = [employer for employer in world.employers if employer.id in ids]
    near = [employer for employer in looking if lies_in(employer.region, seeker.city)]
    return near or looking or world.employers


def _placement(world: World, seeker: Registered, start: Start, employer: Employer) -> Placement:
    return Placement(
        id=world.new_id(),
        application_id=None,
        person_id=seeker.person.id,
        employer_id=employer.id,
        office_id=seeker.office.id,
        region=seeker.office.region,
        state=PlacementState.STARTED.value,
        state_since=world.session.now - timedelta(days=(world.session.today - start.on).days),
        started_on=start.on,
        how=start.how,
        evidence=start.evidence,
        contract=start.contract,
        months=start.months,
        confirmed_by=world.officers[seeker.city].person_id,
    )


async def _note_posts(world: World, chronicle: Chronicle) -> None:
    """An open advert was counted as offered on its day, as `services.vacancies` does it."""
    kinds = {employer.id: employer.kind for employer in world.employers}
    for vacancy in world.vacancies:
        await chronicle.note(
            "posts_offered",
            vacancy.posted_on,
            world.offices.get(vacancy.region, world.offices[PROVINCE]),
            f"vacancies:{vacancy.id}",
            region=vacancy.region,
            facts={"for": "all", "employer_kind": kinds[vacancy.employer_id]},
            quantity=vacancy.headcount,
        )
