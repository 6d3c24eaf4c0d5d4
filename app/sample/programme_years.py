"""What became of the programmes of 2009, 2011 and 2014 in the province: people known only by a random key.

Numbers of persons are small as everywhere in the sample; money and jobs are of the size of the sources.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from app.sample.chronicle import Chronicle, Life, Start
from app.sample.tables import rows
from app.sample.world import PROVINCE, World, draw, part_of
from app.sample.years import Span
from models.training import Institution

WAN = 1_000_000  # 万元 in fen
MIGRANTS, LEARNERS, GRADUATES, STUDENTS = 60, 60, 12, 24
MONEY_2009 = {"living_medical": 380, "loan": 150, "training_employment": 160, "tuition": 240}  # 万元 of a city
ALLOCATED_2011 = {"training_employment": 30, "living_medical": 70, "tuition": 20}  # 万元 of a city, central
SERVICES = ("introduction", "entrepreneurship_advice", "rights", "living_aid")
BASES = ("employment_base", "employment_base", "employment_base", "migrant_demo_base")
STAGES = {"compulsory": 80_000, "secondary": 150_000, "tertiary": 400_000}  # fen


async def tell_programmes(world: World, institutions: Sequence[Institution]) -> None:
    """The four programmes whose years no other part of the sample tells."""
    story = _Story(world, world.chance("programmes"))
    await story.migrants_2009(institutions)
    await story.money_2009()
    await story.skills_2011(institutions)
    await story.graduates_2014()
    await story.tuition_2014()


class _Story:
    def __init__(self, world: World, dice: Random) -> None:
        self._world, self._dice = world, dice
        self._notes = Chronicle(world, dice)
        self._cities = [row["region"] for row in rows("henan.tsv")]

    def _life(self, name: str, span: Span, *groups: str) -> Life:
        office = self._world.offices[part_of(self._dice, self._dice.choice(self._cities))]
        return Life(
            person=self._dice.randbytes(12).hex(),
            groups=groups,
            office=office,
            registered_on=Span(span.start, span.end - timedelta(days=60)).day(self._dice),
            last_day=span.end,
            source=f"sample:{name}",
        )

    async def migrants_2009(self, institutions: Sequence[Institution]) -> None:
        """千万农民工援助行动: trained, served, placed, new members; the bases that were named."""
        span = Span(date(2009, 1, 1), date(2009, 12, 31))
        for number in range(MIGRANTS):
            life = self._life(f"2009-{number + 1}", span, "migrant")
            await self._notes.register(life)
            since = await self._notes.train(life, life.registered_on, institutions) if number % 2 else span.start
            service = {"service": SERVICES[number % len(SERVICES)]}
            day = max(since, life.registered_on)
            await self._notes.note("service_given", day, life.office, life.source, life=life, facts=service)
            if number % 3 == 0:
                start = self._notes.imagine_start(life, day)
                await self._notes.start(life, start, "other", life.source)
                await self._notes.note("member_joined", start.on, life.office, life.source, life=life)
        for number, title in enumerate(BASES):
            office = self._world.offices[self._cities[number]]
            source = f"sample:2009-base-{number + 1}"
            await self._notes.note("base_established", span.day(self._dice), office, source, facts={"title": title})

    async def money_2009(self) -> None:
        """河南“283351”: money by programme, and the jobs that loans made."""
        span = Span(date(2009, 1, 1), date(2009, 12, 31))
        for city in self._cities:
            office = self._world.offices[city]
            for programme, usual in MONEY_2009.items():
                facts = {"programme": programme, "source": "local" if programme == "loan" else "union"}
                source = f"sample:fund-2009-{city}-{programme}"
                amount = round(usual * self._dice.uniform(0.7, 1.3)) * WAN
                day = span.day(self._dice)
                await self._notes.note("fund_raised", day, office, source, facts=facts, amount_fen=amount)
            jobs = self._dice.randint(300, 600)
            source = f"sample:jobs-2009-{city}"
            via = {"via": "loan"}
            await self._notes.note("jobs_created", span.end, office, source, facts=via, quantity=jobs)

    async def skills_2011(self, institutions: Sequence[Institution]) -> None:
        """技能培训促就业行动: training, work with contracts, own businesses, the central money handed down."""
        span = Span(date(2011, 1, 1), date(2011, 12, 31))
        for number in range(LEARNERS):
            life = self._life(f"2011-{number + 1}", span, "laid_off" if number % 2 else "migrant")
            await self._notes.register(life)
            done = await self._notes.train(life, life.registered_on, institutions)
            if number % 4 == 0:
                day = self._notes.later(life, done, 30)
                await self._notes.note("startup_opened", day, life.office, life.source, life=life)
            elif number % 4 < 3:
                day = self._notes.later(life, done, 30)
                start = Start(on=day, how="introduced", evidence="contract", contract="fixed", months=12)
                await self._notes.start(life, start, "other", life.source)
        for city in self._cities:
            for programme, usual in ALLOCATED_2011.items():
                facts = {"programme": programme, "source": "central"}
                source = f"sample:fund-2011-{city}-{programme}"
                amount = round(usual * self._dice.uniform(0.8, 1.2)) * WAN
                office = self._world.offices[PROVINCE]
                day = span.day(self._dice)
                await self._notes.note("fund_allocated", day, office, source, facts=facts, amount_fen=amount)

    async def graduates_2014(self) -> None:
        """阳光就业行动: everybody on the list has a plan, three in four work."""
        span = Span(date(2013, 12, 1), date(2014, 9, 10))
        for number in range(GRADUATES):
            life = self._life(f"2014-graduate-{number + 1}", span, "hardship_graduate")
            home = life.office.region
            facts = {"graduated_on": f"{2014 - number % 2}-06-30", "home_region": home, "study_region": "410100"}
            day = life.registered_on
            await self._notes.note("graduate_registered", day, life.office, life.source, life=life, facts=facts)
            plan, day = {"service": "personal_plan"}, self._notes.later(life, day, 20)
            await self._notes.note("service_given", day, life.office, life.source, life=life, facts=plan)
            if number % 4:
                on = self._notes.later(life, day, 30)
                start = Start(on=on, how="introduced", evidence="contract", contract="fixed", months=12)
                await self._notes.start(life, start, "soe", f"{life.source}-placement")
            else:  # on no later list
                on = life.last_day
            status = {"status": "placed" if number % 4 else "left"}
            await self._notes.note("graduate_status", on, life.office, life.source, life=life, facts=status)

    async def tuition_2014(self) -> None:
        """金秋助学: money of every city, students by stage."""
        span = Span(date(2014, 6, 1), date(2014, 8, 31))
        for city in self._cities:
            facts = {"programme": "tuition", "source": draw(self._dice, {"government": 2, "union": 1, "donation": 1})}
            amount = self._dice.randint(5, 20) * WAN
            source = f"sample:fund-2014-{city}-tuition"
            office = self._world.offices[city]
            day = span.day(self._dice)
            await self._notes.note("fund_raised", day, office, source, facts=facts, amount_fen=amount)
        for number in range(STUDENTS):
            group = "hardship_migrant" if number % 2 else "hardship_worker"
            life = self._life(f"2014-student-{number + 1}", Span(date(2014, 4, 1), span.end), group)
            stage, amount = list(STAGES.items())[number % len(STAGES)]
            aid = {"stage": stage}
            kind, day = "tuition_aid_granted", span.day(self._dice)
            await self._notes.note(kind, day, life.office, life.source, life=life, facts=aid, amount_fen=amount)
