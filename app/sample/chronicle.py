"""Ledger entries of a life: registered, trained, introduced, started; each through the ledger's own door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from app.sample.world import World, draw
from models.employers import Employer
from models.offices import Office
from models.training import Institution
from services.ledger import Fact, append

COURSE_TYPES = {"skill": 60, "home_service": 25, "entrepreneurship": 15}
MODES = {"open": 60, "order": 25, "directed": 15}
ISSUERS = {"labour": 70, "other": 30}
LEVELS = {"none": 18, "junior": 50, "intermediate": 22, "senior": 8, "technician": 2}
HOW = {"introduced": 60, "fair": 12, "labour_export": 8, "public_post": 6, "base": 4, "self_found": 10}
EVIDENCE = {"both": 33, "contract": 27, "staff_call": 16, "seeker": 14, "employer": 10}
CONTRACTS = {"fixed": 70, "open_ended": 12, "task": 8, "service": 10}
MONTHS = {"6": 15, "12": 40, "24": 25, "36": 20}
SERVICES = {"introduced": "introduction", "fair": "introduction", "labour_export": "labour_export"}
CERTIFIED = 0.78


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """A person as the ledger sees one."""

    person: str
    groups: tuple[str, ...]
    office: Office
    registered_on: date
    last_day: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How somebody came into work."""

    on: date
    how: str
    evidence: str
    contract: str | None
    months: int | None


class Chronicle:
    """Writes the entries; their keys count up from `sample:`."""

    def __init__(self, world: World, dice: Random) -> None:
        self._world, self._dice = world, dice

    async def note(
        self,
        kind: str,
        on: date,
        office: Office,
        source: str,
        *,
        region: str = "",
        life: Life | None = None,
        facts: Mapping[str, Any] | None = None,
        quantity: int | None = None,
        amount_fen: int | None = None,
    ) -> None:
        """One entry, of a person when `life` is given."""
        self._world.entries += 1
        fact = Fact(
            key=f"sample:{kind}:{self._world.entries}",
            kind=kind,
            occurred_on=on,
            region=region or office.region,
            office_id=office.id,
            person=life.person if life else None,
            groups=tuple(sorted(life.groups)) if life else (),
            facts=facts or {},
            quantity=quantity,
            amount_fen=amount_fen,
            source=source,
        )
        await append(self._world.session, fact)

    async def register(self, life: Life) -> None:
        """求职登记."""
        await self.note("seeker_registered", life.registered_on, life.office, life.source, life=life)

    async def train(self, life: Life, after: date, institutions: Sequence[Institution]) -> date:
        """A course to its end, most with a certificate (own business has none); returns the last day of it."""
        dice, institution = self._dice, self._dice.choice(institutions)
        done = self.later(life, after, 40)
        course = {
            "course_type": draw(dice, COURSE_TYPES),
            "mode": draw(dice, MODES),
            "institution": institution.id,
            "titles": list(institution.titles),
            "free": True,
        }
        await self.note("training_completed", done, life.office, life.source, life=life, facts=course)
        if dice.random() < CERTIFIED and course["course_type"] != "entrepreneurship":
            paper = {"issuer": draw(dice, ISSUERS), "level": draw(dice, LEVELS)}
            day = self.later(life, done, 20)
            await self.note("certificate_issued", day, life.office, life.source, life=life, facts=paper)
        return done

    def imagine_start(self, life: Life, after: date) -> Start:
        """How and when the person came into work."""
        dice = self._dice
        evidence = draw(dice, EVIDENCE)
        contract = draw(dice, CONTRACTS) if evidence == "contract" or dice.random() < 0.65 else None
        return Start(
            on=self.later(life, after, 45),
            how=draw(dice, HOW),
            evidence=evidence,
            contract=contract,
            months=int(draw(dice, MONTHS)) if contract == "fixed" else None,
        )

    async def start(self, life: Life, start: Start, employer_kind: str, source: str) -> None:
        """Introduced, started, contract signed, as far as each applies."""
        if service := SERVICES.get(start.how):
            facts: dict[str, Any] = {"service": service}
            await self.note("service_given", start.on, life.office, life.source, life=life, facts=facts)
        kind = "public_post" if start.how == "public_post" else employer_kind
        facts = {"how": start.how, "evidence": start.evidence, "employer_kind": kind}
        await self.note("placement_started", start.on, life.office, source, life=life, facts=facts)
        if start.contract:
            facts = {"contract": start.contract} | ({"months": start.months} if start.months else {})
            await self.note("contract_signed", start.on, life.office, source, life=life, facts=facts)

    def one_of(self, employers: Sequence[Employer]) -> Employer:
        """Any of them."""
        return self._dice.choice(employers)

    def later(self, life: Life, day: date, most: int) -> date:
        """Some days on, but not beyond the life's last day."""
        return min(life.last_day, day + timedelta(days=self._dice.randint(1, most)))
