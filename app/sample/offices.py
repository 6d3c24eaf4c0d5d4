"""Union offices in the province, every city and every county, and an officer for each city."""

from __future__ import annotations

from app.sample.tables import rows
from app.sample.world import MARK, PROVINCE, World, person_name
from matching.places import children, get_required_region
from models.offices import Office, Officer, Role
from models.people import Person

HOURS = "周一至周五 9:00-12:00 13:30-17:30"
OPENED = 700  # days ago: before the year whose casework is told


def add_offices(world: World) -> None:
    """One office a region; their numbers begin with 0000, which no line in China does."""
    codes = {row["region"]: row["area_code"] for row in rows("henan.tsv")}
    _add_office(world, PROVINCE, codes["410100"], 0)
    number = 0
    for city, area_code in codes.items():
        counties = [child.adcode for child in children(city)]
        for region in (city, *counties):
            number += 1
            _add_office(world, region, area_code, number)


def _add_office(world: World, region: str, area_code: str, number: int) -> None:
    office = Office(
        id=world.new_id(),
        region=region,
        name=f"{_label(region)}总工会职工就业服务中心({MARK})",
        phone=f"{area_code}-0000 {number:04d}",
        hours=HOURS,
    )
    world.offices[region] = office
    world.add(office)


def _label(region: str) -> str:
    """郑州市, and a county with its city: 郑州市金水区."""
    place = get_required_region(region)
    above = get_required_region(place.parent) if place.parent else None
    return f"{above.name}{place.name}" if above and above.level == 2 else place.name


def add_officers(world: World) -> None:
    """A member of staff for each city's office, who confirms its placements."""
    dice = world.chance("officers")
    for row in rows("henan.tsv"):
        if row["region"] not in world.officers:
            person = world.person(dice, name=person_name(dice), since=world.ago(OPENED))
            appoint(world, person, row["region"], Role.STAFF)


def appoint(world: World, person: Person, region: str, role: Role) -> None:
    """The person works for the region's office."""
    officer = Officer(
        id=world.new_id(),
        person_id=person.id,
        office_id=world.offices[region].id,
        role=role.value,
        since=world.ago(OPENED),
    )
    world.officers.setdefault(region, officer)
    world.add(officer)
