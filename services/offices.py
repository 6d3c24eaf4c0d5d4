"""Which office is responsible for a place."""

from __future__ import annotations

from sqlalchemy import select

from matching.places import ancestors
from models.database import ReadSession
from models.errors import ZhaohuoError
from models.offices import Office
from models.regions import NATION


class NoOfficeError(ZhaohuoError):
    """No union office is entered yet; add one with `zhaohuo import offices FILE`."""


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
