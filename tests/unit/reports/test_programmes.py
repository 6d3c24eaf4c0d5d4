"""Programmes: every one of the sources is there, a wrong word is named, and progress, rates and forecast are exact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from plain import Told, columns_of

from reports.errors import FormFileError
from reports.measures import Count
from reports.programme_files import PROGRAMMES, Programme, known_programmes, load_programme, read_programme
from reports.programmes import _rate, _standing, forecast, months_after

# The rows of programmes.md: how many figures the source gives for indicators and rates that are counted.
FIGURES = {
    "anhui-2009": 7,
    "fujian-2009": 5,
    "gansu-2009": 5,
    "guangdong-2009": 2,
    "guizhou-2009": 5,
    "hainan-2006-entrepreneurship": 5,
    "hainan-2006-reemployment": 3,
    "hebei-2009": 9,
    "heilongjiang-100000": 1,
    "henan-2009": 8,
    "hunan-2009": 3,
    "liaoning-2009": 0,
    "national-2009-migrants": 3,
    "national-2011-skills": 6,
    "national-2014-skills": 2,
    "national-2014-sunshine": 2,
    "national-2014-tuition": 0,
    "shaanxi-2009-medicine": 0,
    "shandong-2009": 0,
    "shanghai-2009-fairs": 7,
    "shanxi-2009": 6,
    "sichuan-2009": 8,
    "tianjin-2009": 3,
    "zhejiang-2009": 7,
}


def test_every_programme_of_the_sources_is_there() -> None:
    found = {}
    for code in known_programmes():
        programme = load_programme(code)
        found[code] = len(programme.targets) + sum(rate.target is not None for rate in programme.rates)
    assert found == FIGURES


@pytest.mark.parametrize("code", known_programmes())
def test_a_programme_names_its_source_and_what_no_entry_can_tell(code: str) -> None:
    programme = load_programme(code)
    assert programme.source
    assert programme.form.items
    assert all(one.why for one in programme.uncounted)


@pytest.mark.parametrize(
    ("old", "new", "item", "key"),
    [
        ('kind = "training_passed"', 'kind = "training_past"', "passed", "kind"),
        ("target = 10000", 'target = "viele"', "trained", "target"),
        ("months = 3", "months = -3", "opened_3", "months"),
        ('whole = "businesses"', 'whole = "shops"', "operating_12", "whole"),
        ('code = "passed"', 'code = "trained"', "-", "code"),
        ("from = 2006-01-01", 'from = "2006"', "-", "from"),
        ("per = 1", "pro = 1", "jobs_each", "pro"),
    ],
)
def test_a_wrong_word_is_refused_with_file_indicator_and_key(
    tmp_path: Path, old: str, new: str, item: str, key: str
) -> None:
    text = (PROGRAMMES / "hainan-2006-entrepreneurship.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormFileError) as refusal:
        read_programme(path)
    assert (refusal.value.file, refusal.value.item, refusal.value.key) == ("wrong.toml", item, key)


def entry(number: int, kind: str, day: date, person: str, **facts: Any) -> Told:
    quantity, groups = facts.pop("n", None), facts.pop("groups", [])
    return Told(
        key=f"k{number}",
        kind=kind,
        day=day,
        region="460100",
        person=person or None,
        groups=groups,
        facts=facts,
        quantity=quantity,
    )


def counted(
    programme: Programme, entries: Iterable[Told], day: date = date(2030, 1, 1), start: date = date(2000, 1, 1)
) -> Count:
    return Count(form=programme.form, columns=columns_of(entries), region="100000", start=start, cutoff=day)


HAINAN = load_programme("hainan-2006-entrepreneurship")
TRAINED = date(2007, 1, 31)


def rates(entries: list[Told], day: date) -> dict[str, tuple[int, int]]:
    count = counted(HAINAN, entries, day)
    return {rate.code: (one.part, one.whole) for rate in HAINAN.rates for one in [_rate(count, rate, day)]}


def test_a_cohort_counts_when_its_time_has_passed() -> None:
    learnt = [entry(n, "training_completed", TRAINED, f"p{n}", course_type="entrepreneurship") for n in range(4)]
    opened = [
        entry(10, "startup_opened", date(2007, 4, 30), "p0"),  # the last day of three months
        entry(11, "startup_opened", date(2007, 5, 1), "p1"),  # a day later: in six months, not in three
        entry(12, "startup_opened", date(2006, 12, 1), "p2"),  # before the course
    ]
    assert rates(learnt + opened, date(2007, 4, 29))["opened_3"] == (0, 0)
    assert rates(learnt + opened, date(2007, 4, 30))["opened_3"] == (1, 4)
    assert rates(learnt + opened, date(2007, 7, 31))["opened_6"] == (2, 4)


def test_who_was_not_heard_of_stays_in_the_denominator() -> None:
    opened = [entry(n, "startup_opened", date(2007, 1, 1), f"p{n}") for n in range(3)]
    still = [
        entry(10, "startup_operating", date(2008, 2, 1), "p0", months=13),
        entry(11, "startup_operating", date(2007, 6, 1), "p1", months=5),
    ]
    assert rates(opened + still, date(2007, 12, 31))["operating_12"] == (0, 0)
    assert rates(opened + still, date(2008, 2, 1))["operating_12"] == (1, 3)


def test_who_was_on_file_before_counts_until_work_came() -> None:
    skills = load_programme("national-2014-skills")
    before, within = skills.start - timedelta(days=300), skills.start + timedelta(days=30)
    told = [
        entry(1, "seeker_registered", before, "waits", groups=["laid_off"]),
        entry(2, "seeker_registered", before, "works", groups=["laid_off"]),
        entry(3, "placement_started", before + timedelta(days=9), "works", how="fair", evidence="both"),
        entry(4, "seeker_registered", before, "again", groups=["laid_off"]),
        entry(5, "placement_started", before + timedelta(days=9), "again", how="fair", evidence="both"),
        entry(6, "seeker_registered", before + timedelta(days=90), "again", groups=["laid_off"]),
        entry(7, "seeker_registered", before, "hopes", groups=["laid_off"]),
        entry(8, "placement_started", before + timedelta(days=9), "hopes", how="fair", evidence="seeker"),
        entry(9, "seeker_registered", before, "migrant", groups=["migrant"]),
        entry(10, "seeker_registered", within, "new", groups=["laid_off"]),
        entry(11, "placement_started", within, "waits", how="fair", evidence="both"),
    ]
    count = counted(skills, told, within, start=skills.start)
    reemployment = next(rate for rate in skills.rates if rate.code == "reemployment")
    standing = _rate(count, reemployment, within)
    assert (standing.part, standing.whole) == (1, 4), "waits, again, hopes and new; waits has work now"


def test_one_entry_may_stand_for_many_heads() -> None:
    """A gate counts heads; an entry about one person is one."""
    shanghai = load_programme("shanghai-2009-fairs")
    seen = [
        entry(1, "visitor_received", date(2009, 3, 1), "", n=800),
        entry(2, "visitor_received", date(2009, 3, 1), "p1"),
    ]
    assert counted(shanghai, seen).figure(shanghai.form.items["visitors"]) == 801


def test_a_ratio_of_things_is_of_their_sums() -> None:
    work = [
        entry(1, "startup_opened", date(2007, 1, 1), "p0"),
        entry(2, "jobs_created", date(2007, 2, 1), "p0", via="startup", n=5),
    ]
    assert rates(work, date(2007, 12, 31))["jobs_each"] == (5, 1)


def test_a_forecast_goes_on_as_the_last_weeks_went() -> None:
    assert forecast(100, [10, 10, 10, 10], 5) == (150, 150, 150)
    low, likely, high = forecast(100, [0, 20, 0, 20], 4) or (0, 0, 0)
    assert (likely, low < likely < high, low >= 100) == (140, True, True)
    assert forecast(100, [10, 10, 10], 5) is None, "three weeks tell nothing"
    assert forecast(100, [10] * 12, 0) is None, "it is over"
    assert forecast(None, [0] * 12, 5) is None, "nothing was ever recorded"


def test_a_person_adds_to_the_figure_once() -> None:
    start, day = HAINAN.start, HAINAN.start + timedelta(days=27)
    learnt = [
        entry(n, "training_completed", start + timedelta(days=7 * n), "same", course_type="entrepreneurship")
        for n in range(4)
    ]
    standing = _standing(counted(HAINAN, learnt), HAINAN.form.items["trained"], HAINAN, day, 10_000)
    assert (standing.figure, standing.percent) == (1, 0.01)
    assert standing.forecast is not None
    assert standing.forecast[1] == 1 + round((HAINAN.end - day).days / 7 / 4) if HAINAN.end else False


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [
        (date(2007, 1, 31), 1, date(2007, 2, 28)),
        (date(2007, 11, 30), 3, date(2008, 2, 29)),
        (date(2007, 12, 15), 12, date(2008, 12, 15)),
        (date(2007, 3, 31), 0, date(2007, 3, 31)),
    ],
)
def test_so_many_months_later(day: date, months: int, after: date) -> None:
    assert months_after(day, months) == after
