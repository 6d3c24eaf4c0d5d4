"""A report: drafted, submitted by a supervisor, returned, submitted again, accepted, locked; and what may not be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_office, add_officer, texts
from sqlalchemy import select

from models.database import Database
from models.errors import MoveRefusedError
from models.filings import Filing
from models.offices import Office, Officer, Role
from models.people import Person
from models.states import FilingState
from reports.children import compute_children
from reports.filers import FilingRefusedError
from reports.filing import (
    Draft,
    Said,
    answer,
    draft,
    file_by_hand,
    filed,
    fingerprint,
    lock,
    newest,
    submit,
)
from reports.first_year import first_year
from reports.form_files import load_form
from reports.periods import read_period
from reports.side_by_side import render_children
from services.access import ensure_address
from services.filing_notices import tell_filer
from services.joining import FILING_CODE, NoSuchCodeError, join_by_code, make_code, redeem_filing_code
from services.ledger import Fact, append

REPORT = ("form1-2014", "410105", "2014-annual")
AFTER = datetime(2014, 12, 2, 1, tzinfo=UTC)
T = {"course_type": "skill"}


@dataclass(frozen=True)
class Desk:
    """Who may do what: by person id."""

    supervisor: int
    second: int
    clerk: int
    city: int
    elsewhere: int


@pytest.fixture
async def desk(database: Database, clock: Any) -> Desk:
    """Two people trained in 金水, one of them the year before; offices of county, city and another county."""
    clock.now = AFTER
    async with database.write() as session:
        own, city, other = [await add_office(session, code) for code in ("410105", "410100", "410104")]
        found = Desk(
            (await add_officer(session, own, Role.SUPERVISOR)).id,
            (await add_officer(session, own, Role.SUPERVISOR)).id,
            (await add_officer(session, own, Role.STAFF)).id,
            (await add_officer(session, city, Role.STAFF)).id,
            (await add_officer(session, other, Role.SUPERVISOR)).id,
        )
        await trained(session, "old", "wang", date(2013, 3, 1))
        await trained(session, "new", "li", date(2014, 3, 1))
    return found


async def trained(session: Any, key: str, person: str, day: date) -> None:
    kind, source = "training_completed", f"enrolments:{key}"
    await append(
        session, Fact(key=key, kind=kind, occurred_on=day, region=REPORT[1], source=source, person=person, facts=T)
    )


async def drafted(database: Database) -> Draft:
    async with database.read() as session:
        return await draft(session, *REPORT)


def said(ready: Draft, **other: Any) -> Said:
    """All that a supervisor must say."""
    words = {
        "narrative": "今年培训一人。",
        "confirmed": dict.fromkeys(ready.nulls, "zero"),
        "explained": dict.fromkeys(ready.doubts, "今年开班少"),
    }
    return Said(**{**words, **other})


async def submitted(database: Database, by: int, **other: Any) -> int:
    ready = await drafted(database)
    async with database.write() as session:
        return (await submit(session, ready, said(ready, **other), by=by)).id


async def answered(database: Database, number: int, by: int, reason: str = "") -> None:
    async with database.write() as session:
        await answer(session, await session.get_one(Filing, number), by=by, reason=reason)


async def test_a_report_is_submitted_and_its_figures_stay(database: Database, desk: Desk, clock: Any) -> None:
    number = await submitted(database, desk.supervisor)
    clock.move(minutes=5)
    async with database.write() as session:
        await trained(session, "late", "zhao", date(2014, 11, 30))
    async with database.read() as session:
        filing = await session.get_one(Filing, number)
        assert (filing.figures["1"], filing.state, filing.revision) == (1, FilingState.SUBMITTED, 1)
        assert filing.figures["2"] is None
        assert filing.confirmed["2"] == "zero"
        assert filing.hash == fingerprint(filing)
    ready = await drafted(database)
    assert (ready.report.figures["1"], ready.late) == (2, 1)


async def test_what_is_changed_after_filing_is_seen(database: Database, desk: Desk) -> None:
    number = await submitted(database, desk.supervisor)
    async with database.read() as session:
        filing = await session.get_one(Filing, number)
        filing.figures = {**filing.figures, "1": 100}
        assert filing.hash != fingerprint(filing)
        session.expunge(filing)


async def test_a_returned_report_comes_again_as_the_next_revision(database: Database, desk: Desk) -> None:
    first = await submitted(database, desk.supervisor)
    with pytest.raises(FilingRefusedError, match="waits for the level above"):
        await submitted(database, desk.supervisor)
    await answered(database, first, desk.city, "少报了家政")
    second = await submitted(database, desk.supervisor)
    await answered(database, second, desk.city)
    async with database.write() as session:
        before, now = await session.get_one(Filing, first), await session.get_one(Filing, second)
        assert (before.state, before.reason) == (FilingState.RETURNED, "少报了家政")
        assert (now.revision, now.before_hash, now.state) == (2, before.hash, FilingState.ACCEPTED)
        await lock(session, now, by=desk.city)
        assert now.state == FilingState.LOCKED
        assert [one.id for one in await filed(session, REPORT[0], REPORT[2], "410000")] == [second]


async def test_a_locked_report_is_answered_no_more(database: Database, desk: Desk) -> None:
    number = await submitted(database, desk.supervisor)
    await answered(database, number, desk.city)
    async with database.write() as session:
        await lock(session, await session.get_one(Filing, number), by=desk.city)
    with pytest.raises(MoveRefusedError):
        await answered(database, number, desk.city, "再看看")


async def test_only_the_own_supervisor_submits_and_only_the_level_above_answers(database: Database, desk: Desk) -> None:
    for person in (desk.clerk, desk.city, desk.elsewhere):
        with pytest.raises(FilingRefusedError, match="supervisor of the region's own office"):
            await submitted(database, person)
    number = await submitted(database, desk.supervisor)
    for person in (desk.supervisor, desk.clerk, desk.elsewhere):
        with pytest.raises(FilingRefusedError, match="level above"):
            await answered(database, number, person)


@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ({"confirmed": {}}, "empty is not zero"),
        ({"confirmed": {"2": "maybe"}}, "empty is not zero"),
        ({"narrative": " "}, "narrative"),
    ],
)
async def test_what_is_missing_is_named(database: Database, desk: Desk, missing: dict[str, Any], why: str) -> None:
    with pytest.raises(FilingRefusedError, match=why):
        await submitted(database, desk.supervisor, **missing)
    async with database.read() as session:
        assert await newest(session, *REPORT) is None


async def test_a_jump_wants_a_word(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        await trained(session, "more", "zhou", date(2014, 5, 1))
    assert "1" in {jump.item.code for jump in (await drafted(database)).jumps}
    with pytest.raises(FilingRefusedError, match="explain 1"):
        await submitted(database, desk.supervisor, explained={})


async def test_a_period_that_is_not_over_and_a_span_of_ones_own_are_not_filed(
    database: Database, desk: Desk, clock: Any
) -> None:
    clock.now = datetime(2014, 11, 30, 1, tzinfo=UTC)
    with pytest.raises(FilingRefusedError, match="not past"):
        await submitted(database, desk.supervisor)
    async with database.read() as session:
        with pytest.raises(FilingRefusedError, match="span of your own"):
            await draft(session, REPORT[0], REPORT[1], "2014-01-01..2014-03-31")


async def test_an_office_two_levels_up_does_not_answer_for_the_one_between(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        province = (await add_officer(session, await add_office(session, "410000"), Role.SUPERVISOR)).id
    number = await submitted(database, desk.supervisor)
    with pytest.raises(FilingRefusedError, match="level above"):
        await answered(database, number, province)


async def test_who_submitted_it_does_not_answer_it_from_another_office(database: Database, desk: Desk) -> None:
    number = await submitted(database, desk.supervisor)
    async with database.write() as session:
        city = (await session.scalars(select(Office).where(Office.region == "410100"))).one()
        session.add(
            Officer(
                id=session.new_id(),
                person_id=desk.supervisor,
                office_id=city.id,
                role=Role.SUPERVISOR,
                since=session.now,
            )
        )
    with pytest.raises(FilingRefusedError, match="not answered by who submitted"):
        await answered(database, number, desk.supervisor)


async def test_who_submitted_it_and_goes_on_as_another_record_is_told_and_does_not_answer_it(
    database: Database, desk: Desk
) -> None:
    number = await submitted(database, desk.supervisor)
    async with database.write() as session:
        (await session.get_one(Person, desk.supervisor)).merged_into = desk.city
    with pytest.raises(FilingRefusedError, match="not answered by who submitted"):
        await answered(database, number, desk.city)
    async with database.write() as session:
        filing = await session.get_one(Filing, number)
        filing.state = FilingState.ACCEPTED
        await tell_filer(session, filing, "年报")
    assert len(await texts(database, desk.city)) == 1


async def test_what_was_recorded_while_somebody_read_the_draft_is_after_filing(
    database: Database, desk: Desk, clock: Any
) -> None:
    ready = await drafted(database)
    clock.move(minutes=1)
    async with database.write() as session:
        await trained(session, "between", "zhao", date(2014, 11, 30))
    clock.move(minutes=1)
    async with database.write() as session:
        filing = await submit(session, ready, said(ready), by=desk.supervisor)
    assert (filing.figures["1"], filing.recorded_until) == (1, AFTER)
    assert (await drafted(database)).late == 1


async def test_a_code_for_filing_lets_nobody_go_on_elsewhere(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        code = await make_code(session, desk.supervisor, FILING_CODE)
        stranger = await ensure_address(session, "webchat", "somebody's browser")
        with pytest.raises(NoSuchCodeError):
            await join_by_code(session, stranger.id, code)
        other = await make_code(session, desk.supervisor)
        assert not await redeem_filing_code(session, desk.supervisor, other)
        assert not await redeem_filing_code(session, desk.supervisor, code), "the wrong guess used it up"


async def test_who_comes_second_with_the_same_draft_is_told(database: Database, desk: Desk) -> None:
    ready = await drafted(database)
    async with database.write() as session:
        await submit(session, ready, said(ready), by=desk.supervisor)
    with pytest.raises(FilingRefusedError, match="somebody else"):
        async with database.write() as session:
            await submit(session, ready, said(ready), by=desk.second)
    async with database.read() as session:
        found = await newest(session, *REPORT)
        assert found is not None
        assert (found.revision, found.submitted_by) == (1, desk.supervisor)


async def test_what_can_be_true_against_a_check_passes_with_a_word(database: Database, desk: Desk) -> None:
    """One course leads to two certificates: form 2 counts cases."""
    async with database.write() as session:
        common = Fact(
            key="", kind="training_completed", occurred_on=date(2014, 3, 1), region=REPORT[1], source="course 1"
        )
        common = replace(common, person="gao", groups=("hardship_graduate",), facts=T)
        await append(session, replace(common, key="t"))
        for key in ("c1", "c2"):
            facts = {"issuer": "labour", "level": "junior"}
            await append(session, replace(common, key=key, kind="certificate_issued", facts=facts))
        ready = await draft(session, "form2-2014", REPORT[1], "2014")
        assert (ready.failed, len(ready.report.findings)) == ((), 1)
        assert "3.certificates" in ready.doubts
        silent = {code: "开班少" for code in ready.doubts if code != "3.certificates"}
        with pytest.raises(FilingRefusedError, match=r"explain 3\.certificates"):
            await submit(session, ready, said(ready, explained=silent), by=desk.supervisor)
        filing = await submit(session, ready, said(ready), by=desk.supervisor)
        assert filing.explained["3.certificates"] == "今年开班少"


async def test_signed_totals_of_an_office_without_the_system_stand_beside_what_was_counted(
    database: Database, desk: Desk
) -> None:
    form = load_form("form1-2014")
    period = read_period(form, "2014-annual")

    async def by_hand(figures: dict[str, object], by: int, scan: str = "scans/2014-12.pdf") -> Filing:
        async with database.write() as session:
            return await file_by_hand(session, form, "410104", period, figures, scan=scan, by=by)

    for figures, by, scan, why in (
        ({"1": 30}, desk.elsewhere, "x.pdf", "level above"),
        ({"1": 30}, desk.city, " ", "scan"),
        ({"1": -1}, desk.city, "x.pdf", "whole numbers"),
        ({"1": True, "99": 1}, desk.city, "x.pdf", "1, 99"),
    ):
        with pytest.raises(FilingRefusedError, match=why):
            await by_hand(figures, by, scan)
    async with database.write() as session:
        with pytest.raises(FilingRefusedError, match="in the ledger"):
            await file_by_hand(session, form, REPORT[1], period, {"1": 30}, scan="x.pdf", by=desk.city)
        with pytest.raises(FilingRefusedError, match="cut-off"):
            own = read_period(form, "2014-01-01..2014-03-31")
            await file_by_hand(session, form, "410104", own, {"1": 30}, scan="x.pdf", by=desk.city)
    filing = await by_hand({"1": 30, "3.amount": 500}, desk.city)
    assert (filing.by_hand, filing.figures["2"], filing.hash) == (True, None, fingerprint(filing))
    async with database.read() as session:
        family = await compute_children(session, "form1-2014", "410100", "2014-annual")
    assert family.reported == {"410104"}
    assert (family.own["1"], family.with_hand("1"), family.with_hand("2")) == (1, 31, None)
    assert family.with_hand("3.amount") == 500
    head = render_children(family, "csv", "").splitlines()[0]
    assert "手工上报(无名单),合计(含手工)" in head
    async with database.read() as session:
        above = await compute_children(session, "form1-2014", "410000", "2014-annual")
    assert (above.own["1"], above.with_hand("1")) == (1, 31), "the totals of grandchildren are known above too"
    async with database.write() as session:
        late = Fact(
            key="l", kind="training_completed", occurred_on=period.cutoff, region="410104", source="enrolments:1"
        )
        await append(session, replace(late, person="late", facts=T))
        family = await compute_children(session, "form1-2014", "410100", "2014-annual")
    assert (family.own["1"], family.with_hand("1"), dict(family.overtaken)) == (2, 2, {"410104": 1})
    assert "管城回族区手工上报后台账登记了 1 条" in render_children(family, "txt", "郑州市")


async def test_what_a_child_recorded_after_it_filed_is_told_beside_its_figures(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        ready = await draft(session, *REPORT)
        await submit(session, ready, said(ready), by=desk.supervisor)
    async with database.write() as session:
        await trained(session, "late", "sun", date(2014, 6, 1))
    async with database.read() as session:
        family = await compute_children(session, "form1-2014", "410100", "2014-annual")
    assert family.late == {REPORT[1]: 1}
    assert family.changed == {REPORT[1]: 2}, "1 and, since it was free, 4"
    assert "金水区报送后新登记 1 条" in render_children(family, "txt", "郑州市")


async def test_a_graduate_of_here_registered_elsewhere_changes_what_was_filed(database: Database, desk: Desk) -> None:
    facts = {"graduated_on": "2014-06-30", "home_region": REPORT[1], "study_region": "440305"}
    day, groups = date(2014, 7, 1), ("hardship_graduate",)
    kind, source = "graduate_registered", "graduate 1"
    here = Fact(key="a", kind=kind, occurred_on=day, region=REPORT[1], source=source, person="gao", groups=groups)
    here = replace(here, facts=facts)
    async with database.write() as session:
        await append(session, here)
        ready = await draft(session, "form2-2014", REPORT[1], "2014")
        await submit(session, ready, said(ready), by=desk.supervisor)
        await append(session, replace(here, key="b", region="440305", person="ma"))
        again = await draft(session, "form2-2014", REPORT[1], "2014")
    assert (again.late, again.changed) == (0, ("1", "1.1.fresh", "1.2.needs_help"))


async def test_the_first_year_of_distinct_counting_explains_itself(database: Database, desk: Desk, clock: Any) -> None:
    form = load_form("form1-2014")
    async with database.write() as session:
        filing = await file_by_hand(
            session, form, "410104", read_period(form, "2014-annual"), {"1": 40, "3.amount": 7}, scan="s", by=desk.city
        )
        assert filing.by_hand
    clock.now = datetime(2015, 11, 30, 1, tzinfo=UTC)
    async with database.write() as session:
        for key, day in (("a", date(2015, 2, 1)), ("b", date(2015, 3, 1))):
            fact = Fact(key=key, kind="training_completed", occurred_on=day, region="410104", source="enrolments:1")
            await append(session, replace(fact, person="twice", facts=T))
    async with database.read() as session:
        told = [one.told for one in await first_year(session, "form1-2014", "410104", "2015-annual")]
        assert told == ["1 已开展职业技能培训：去年按人次加总 40，今年去重 1（按人次 2）"]
        assert await first_year(session, *REPORT) == [], "the year before was not signed on paper"


async def by_hand(session: Any, region: str, figures: dict[str, object], by: int, form: str = "form1-2014") -> Filing:
    loaded = load_form(form)
    period = read_period(loaded, "2014-annual" if form == "form1-2014" else "2014")
    return await file_by_hand(session, loaded, region, period, figures, scan="scan.pdf", by=by)


async def one_there(session: Any, region: str, key: str, *, reversed_: bool = False) -> None:
    """Somebody trained in a region, and the entry reversed again."""
    fact = Fact(key=key, kind="training_completed", occurred_on=date(2014, 3, 1), region=region, source="enrolments:1")
    fact = replace(fact, person=key, facts=T)
    await append(session, fact)
    if reversed_:
        await session.flush()
        await append(session, replace(fact, key=f"no {key}", reverses=key))


async def test_an_entry_that_was_reversed_is_no_entry_of_an_office_on_paper(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        await one_there(session, "410104", "before", reversed_=True)
        await by_hand(session, "410104", {"1": 30}, desk.city)
        await one_there(session, "410104", "after", reversed_=True)
        family = await compute_children(session, "form1-2014", "410100", "2014-annual")
    assert (family.with_hand("1"), dict(family.overtaken)) == (31, {})


async def test_a_reversal_is_still_told_as_late_where_a_report_was_computed(database: Database, desk: Desk) -> None:
    async with database.write() as session:
        ready = await draft(session, *REPORT)
        await submit(session, ready, said(ready), by=desk.supervisor)
        await one_there(session, REPORT[1], "gone", reversed_=True)
        assert (await draft(session, *REPORT)).late == 2


async def test_the_counties_signed_totals_come_back_where_the_citys_was_overtaken(
    database: Database, desk: Desk
) -> None:
    async with database.write() as session:
        city, province = await add_office(session, "410200"), await add_office(session, "410000")
        above = (await add_officer(session, province, Role.STAFF)).id
        officer = (await add_officer(session, city, Role.STAFF)).id
        await by_hand(session, "410203", {"1": 30}, officer)
        await by_hand(session, "410204", {"1": 70}, officer)
        await by_hand(session, "410200", {"1": 100}, above)
        family = await compute_children(session, "form1-2014", "410000", "2014-annual")
        assert (set(family.by_hand), family.with_hand("1")) == ({"410200"}, 101)
        await one_there(session, "410202", "third")
        family = await compute_children(session, "form1-2014", "410000", "2014-annual")
        assert (set(family.by_hand), family.with_hand("1")) == ({"410203", "410204"}, 102)
        assert family.overtaken == {"410200": 1}
        await one_there(session, "410203", "second")
        family = await compute_children(session, "form1-2014", "410000", "2014-annual")
    assert (family.with_hand("1"), dict(family.overtaken)) == (73, {"410200": 2, "410203": 1})


@pytest.mark.parametrize(
    ("form", "figures", "why"),
    [
        ("form1-2014", {"1": 30, "1.1": 100}, "100 大于 30"),
        ("form1-2014", {"5": 10, "5.central": 4, "5.local": 5}, "合计 9 与 10"),
        ("form1-2014", {"5": 10}, None),  # the parts were left blank: null is not compared
        ("form2-2014", {"3.training": 1, "3.certificates": 2}, None),  # a word may let it pass
    ],
)
async def test_signed_totals_pass_the_forms_checks(
    database: Database, desk: Desk, form: str, figures: dict[str, object], why: str | None
) -> None:
    async with database.write() as session:
        if why is None:
            assert (await by_hand(session, "410104", figures, desk.city, form)).by_hand
        else:
            with pytest.raises(FilingRefusedError, match=why):
                await by_hand(session, "410104", figures, desk.city, form)


async def test_signed_totals_of_a_stock_are_not_added(database: Database, desk: Desk) -> None:
    """A graduate of the region by hand, registered elsewhere, is in the own figure and on the signed paper."""
    facts = {"graduated_on": "2014-06-30", "home_region": "410104", "study_region": "410105"}
    registered = Fact(
        key="g", kind="graduate_registered", occurred_on=date(2014, 7, 1), region="410105", source="graduate 1"
    )
    async with database.write() as session:
        await append(session, replace(registered, person="gao", groups=("hardship_graduate",), facts=facts))
        await by_hand(session, "410104", {"1": 1, "1.1.fresh": 1, "2": 4}, desk.city, "form2-2014")
        family = await compute_children(session, "form2-2014", "410100", "2014")
    assert (family.own["1"], family.with_hand("1"), family.with_hand("2")) == (1, None, 4)
    assert family.with_hand("11") == 0, "nobody signed it"
    text = render_children(family, "txt", "郑州市")
    assert "第 1、1.1.fresh 项为在册人数，手工数不并入合计" in text
    assert [row.split(",")[6:8] for row in render_children(family, "csv", "").splitlines()[1:3]] == [["1", "—"]] * 2
