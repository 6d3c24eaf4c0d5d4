"""Which office is responsible for a place."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from matching.place_words import find_region
from matching.places import ancestors, get_region
from models.database import ReadSession
from models.errors import ZhaohuoError
from models.offices import Office
from models.people import Seeker
from models.regions import NATION


class NoOfficeError(ZhaohuoError):
    """No union office is entered yet; add one with `zhaohuo import offices FILE`."""


class UnknownOfficeError(ZhaohuoError):
    """Name one office: its region's adcode or name, its own name, or REGION/NAME; `export offices` lists them."""


class NoSeekerError(ZhaohuoError):
    """No office knows this person yet: first what work they look for, then the rest."""


async def office_of_seeker(session: ReadSession, person_id: int) -> Office:
    """The office that registered the seeker. Raises NoSeekerError."""
    seeker = await session.get(Seeker, person_id)
    if seeker is None:
        raise NoSeekerError
    return await session.get_one(Office, seeker.office_id)


async def named_office(session: ReadSession, words: str | None) -> Office:
    """The office that somebody names; the only one there is where nobody does. Raises UnknownOfficeError."""
    place, _, name = (words or "").rpartition("/")
    region = (get_region(place or name) or find_region(place or name)) if words else None
    adcode = region.adcode if region else ""
    if not words:
        found = await _offices(session)
    elif place:
        found = await _offices(session, Office.region == adcode, Office.name == name)
    else:
        found = await _offices(session, Office.name == words) or (await _offices(session, Office.region == adcode))[:1]
    if len(found) != 1:
        raise UnknownOfficeError
    return found[0]


async def _offices(session: ReadSession, *conditions: ColumnElement[bool]) -> list[Office]:
    return list(await session.scalars(select(Office).where(*conditions).order_by(Office.id)))


async def office_for(session: ReadSession, region: str | None) -> Office:
    """The nearest office: of the county, else of its city, its province, the nation; else any.

    Raises NoOfficeError when there is none at all.
    """
    for place in (*ancestors(region), NATION) if region else (NATION,):
        office = (await session.scalars(select(Office).where(Office.region == place).limit(1))).first()
        if office is not None:
            return office
    office = (await session.scalars(select(Office).order_by(Office.region).limit(1))).first()
    if office is None:
        raise NoOfficeError
    return office
