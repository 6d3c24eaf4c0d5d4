"""Training institutions and the courses of the next weeks."""

from __future__ import annotations

from app.sample.tables import rows, trades
from app.sample.world import World
from models.training import Course, Institution


def add_courses(world: World) -> list[Institution]:
    """Every course of the table, at its institution."""
    institutions = [_institution(world, row) for row in rows("institutions.tsv")]
    world.add(*institutions, *(_course(world, row, institutions, n) for n, row in enumerate(rows("courses.tsv"), 1)))
    return institutions


def _institution(world: World, row: dict[str, str]) -> Institution:
    return Institution(id=world.new_id(), name=row["name"], region=row["region"], titles=row["titles"].split())


def _course(world: World, row: dict[str, str], institutions: list[Institution], number: int) -> Course:
    return Course(
        id=world.new_id(),
        number=number,
        institution_id=institutions[int(row["institution"]) - 1].id,
        title=row["title"],
        course_type=row["course_type"],
        region=row["region"],
        occupations=list(dict.fromkeys(trades()[name].code for name in row["trades"].split())),
        gives_certificate=row["certificate"] or None,
        starts_on=world.day(-int(row["in_days"])),
        days=int(row["days"]),
        seats=int(row["seats"]),
        taken=int(row["taken"]),
        free=True,
    )
