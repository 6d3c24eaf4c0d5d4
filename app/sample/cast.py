"""The people whom the links of the demo open as."""

from __future__ import annotations

from dataclasses import dataclass

from app.sample.employers import EmployerBook
from app.sample.offices import OPENED, appoint
from app.sample.world import PROVINCE, World, phone
from models.database import Session
from models.offices import Role
from services.access import TERMINAL, find_address, find_by_phone, new_person

CITY, COUNTY, DISTRICT = "410100", "410122", "410102"


@dataclass(frozen=True, slots=True, kw_only=True)
class CastMember:
    """One role of the demo: who it is, and what to try."""

    role_zh: str
    role_en: str
    person_id: int
    phone: str
    name: str
    hint_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleCast:
    """Everybody the demo makes a link for; the same phones on every machine."""

    seeker: CastMember
    recruiter: CastMember
    newcomer: CastMember
    staff: CastMember
    supervisor: CastMember
    information_officer: CastMember

    @property
    def roles(self) -> tuple[CastMember, ...]:
        """In the order in which to show them."""
        return (
            self.seeker,
            self.recruiter,
            self.newcomer,
            self.staff,
            self.supervisor,
            self.information_officer,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A role as it is written down. Of those not `known` only the phone is stored."""

    key: str
    role_zh: str
    role_en: str
    name: str
    hint_zh: str
    known: bool = True


PARTS = (
    Part(
        key="seeker",
        role_zh="求职者",
        role_en="seeker",
        name="样例李建国",
        hint_zh="郑州的下岗电焊工,第一次来:发“电焊工 郑州 5000”",
        known=False,
    ),
    Part(
        key="recruiter",
        role_zh="招聘方(已核验)",
        role_en="recruiter",
        name="样例张红霞",
        hint_zh="郑州一家工厂:发“招电焊工3名 郑州 6000-8000 包吃住 联系人老张”",
    ),
    Part(
        key="newcomer",
        role_zh="新招聘方",
        role_en="new recruiter",
        name="样例赵大勇",
        hint_zh="第一次发招聘:发“招服务员2名 郑州金水 4000-5000 包吃住”,等工会核验",
        known=False,
    ),
    Part(
        key="staff",
        role_zh="郑州市总工会工作人员",
        role_en="office staff",
        name="样例陈玉梅",
        hint_zh="看今天的待办、核验单位和招聘、确认上岗",
    ),
    Part(
        key="supervisor",
        role_zh="河南省总工会负责人",
        role_en="supervisor",
        name="样例周文斌",
        hint_zh="看全省的待办和报表",
    ),
    Part(
        key="information_officer",
        role_zh="中牟县就业信息员",
        role_en="information officer",
        name="样例吴春花",
        hint_zh="替没有手机的人登记和应聘",
    ),
)


def add_cast(world: World, book: EmployerBook) -> SampleCast:
    """The first six people of the block of phone numbers, with their offices and the recruiter's firm."""
    dice = world.chance("cast")
    people = {
        part.key: world.person(
            dice, name=part.name if part.known else None, since=world.ago(OPENED if part.known else 0)
        )
        for part in PARTS
    }
    appoint(world, people["staff"], CITY, Role.STAFF)
    appoint(world, people["supervisor"], PROVINCE, Role.SUPERVISOR)
    appoint(world, people["information_officer"], COUNTY, Role.INFORMATION_OFFICER)
    book.make_verified(CITY, "factory", DISTRICT, people["recruiter"])
    return _cast({key: person.id for key, person in people.items()})


async def find_cast(session: Session) -> SampleCast:
    """The cast of a database that was filled before."""
    return _cast({part.key: await _holder(session, phone(number)) for number, part in enumerate(PARTS)})


async def _holder(session: Session, number: str) -> int:
    """Who speaks from this phone now; somebody new where its holder had everything deleted."""
    address = await find_address(session, TERMINAL, number)
    if address is not None:
        return address.person_id
    person = await find_by_phone(session, number)
    if person is None:
        person = new_person(session)
        person.set_phone(session, number)
        await session.flush()
    return person.id


def _cast(ids: dict[str, int]) -> SampleCast:
    return SampleCast(
        **{
            part.key: CastMember(
                role_zh=part.role_zh,
                role_en=part.role_en,
                person_id=ids[part.key],
                phone=phone(number),
                name=part.name,
                hint_zh=part.hint_zh,
            )
            for number, part in enumerate(PARTS)
        }
    )
