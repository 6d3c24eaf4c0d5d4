"""Seekers of every group, with what they agreed to and what they look for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any

from app.sample.tables import Trade, counted, rows, trades
from app.sample.world import World, draw, part_of, person_name
from app.sample.years import year_until
from models.offices import Office
from models.people import NEEDS_PROOF, Consent, Group, GroupMembership, Person, Seeker
from services.people import CONSENT_VERSION, KEEP_PROFILE, PROFILE, SENSITIVE_GROUP

AWAY_SHARE = 0.25
CITIES = dict.fromkeys(("410100", "411600", "411400", "411300", "411700", "411500"), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What the history needs to know of a seeker."""

    person: Person
    row: Seeker
    office: Office
    city: str
    trade: Trade
    groups: tuple[str, ...]
    memberships: tuple[GroupMembership, ...]
    on: date


def add_seekers(world: World) -> list[Registered]:
    """The seekers of the table of groups."""
    dice, cities = world.chance("seekers"), _cities()
    return [
        _seeker(world, dice, draw(dice, cities), row) for row in rows("groups.tsv") for _ in range(int(row["share"]))
    ]


def _cities() -> dict[str, int]:
    """Where they live: the big rural cities and the capital more than the others."""
    return {row["region"]: CITIES.get(row["region"], 1) for row in rows("henan.tsv")}


def _seeker(world: World, dice: Random, city: str, group: dict[str, str]) -> Registered:
    on = year_until(world.session.today).day(dice)
    days_ago = (world.session.today - on).days
    since = world.ago(days_ago)
    trade = trades()[dice.choice(group["trades"].split(","))]
    home = part_of(dice, city)
    groups = tuple(group["groups"].split(","))
    person = world.person(dice, name=person_name(dice), since=since)
    profile = _profile(dice, trade, city, home, groups[0])
    row = Seeker(
        person_id=person.id,
        office_id=world.offices[home].id,
        registered_at=since,
        active=True,
        region=profile.get("region"),
        profile_sealed=b"",
        occupations=profile["occupations"],
    )
    row.profile_sealed = world.session.keys.seal(json.dumps(profile, ensure_ascii=False), PROFILE, person.id)
    memberships = tuple(_membership(world, person, name, group["proof"], on) for name in groups)
    world.add(row, *memberships, *_consents(world, person, groups, days_ago))
    return Registered(
        person=person,
        row=row,
        office=world.offices[home],
        city=city,
        trade=trade,
        groups=groups,
        memberships=memberships,
        on=on,
    )


def _profile(dice: Random, trade: Trade, city: str, home: str, group: str) -> dict[str, Any]:
    """In the form of `services.matches.as_request`: nothing empty."""
    region, tier = city, 3
    if dice.random() < AWAY_SHARE:
        there = [row for row in rows("away.tsv") if trade.name in dict(counted(row["trades"]))]
        if there:
            place = dice.choice(there)
            region, tier = place["region"], int(place["tier"])
    values: dict[str, Any] = {
        "occupations": [[trade.code, 1.0]],
        "region": region,
        "home_region": home,
        "wage_min": _wanted(dice, trade, tier),
        "experience_years": float(years) if (years := dice.choice((0, 1, 2, 3, 5, 8))) else None,
        "education": dice.choice(trade.education.split("|")) or dice.choice((None, "junior", "senior")),
        "certificates": [need.strip("?") for need in trade.needs if dice.random() < 0.6],
        "constraints": [dice.choice(("lodging", "day_shift", "no_night"))] if dice.random() < 0.2 else [],
        "group": group,
    }
    return {name: value for name, value in values.items() if value not in (None, [])}


def _wanted(dice: Random, trade: Trade, tier: int) -> int | None:
    """The least they want a month, in fen; one in three leaves it open."""
    if dice.random() < 0.35:
        return None
    low, high = (yuan * trade.per_month for yuan in trade.wages[tier])
    return round((low + dice.uniform(-0.1, 0.6) * (high - low)) / 100) * 100 * 100


def _membership(world: World, person: Person, group: str, proof: str, since: date) -> GroupMembership:
    return GroupMembership(id=world.new_id(), person_id=person.id, group=group, proof=proof, since=since)


def _consents(world: World, person: Person, groups: tuple[str, ...], days_ago: int) -> list[Consent]:
    purposes = [KEEP_PROFILE]
    if NEEDS_PROOF & {Group(name) for name in groups}:
        purposes.append(SENSITIVE_GROUP)
    return [
        Consent(
            id=world.new_id(),
            person_id=person.id,
            purpose=purpose,
            subject="",
            version=CONSENT_VERSION,
            given_at=world.ago(days_ago),
        )
        for purpose in purposes
    ]
