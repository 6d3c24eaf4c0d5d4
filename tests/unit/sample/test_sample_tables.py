"""The sample's tables say only what the program can read and an advert may say."""

from __future__ import annotations

from datetime import date

import pytest
from stdnum.cn import uscc

from app.sample.employers import credit_code
from app.sample.seekers import AWAY_SHARE
from app.sample.tables import Trade, counted, name_parts, rows, trades
from app.sample.world import MARK
from app.sample.years import form_year, year_until
from matching.occupations import find_occupations
from matching.phrases import EDUCATION_ORDER
from matching.places import get_region
from matching.wages import find_wage
from models.people import Group
from services.adverts import check_advert
from services.facts import kinds

TITLES = [(trade, title) for trade in trades().values() for title in trade.titles]
SECTORS = {row["sector"] for row in rows("sectors.tsv")}


@pytest.mark.parametrize(("trade", "title"), TITLES, ids=[title for _, title in TITLES])
def test_a_title_is_understood_as_its_trade(trade: Trade, title: str) -> None:
    assert find_occupations(title)[0].code == trade.code


@pytest.mark.parametrize("trade", trades().values(), ids=list(trades()))
def test_a_trade_is_whole(trade: Trade) -> None:
    assert set(trade.sectors) <= SECTORS
    assert set(filter(None, trade.education.split("|"))) <= set(EDUCATION_ORDER)
    assert all(0 < low < high for low, high in trade.wages.values())
    assert trade.wages[1][0] >= trade.wages[2][0] >= trade.wages[3][0]
    assert 1 <= trade.heads[0] <= trade.heads[1]


@pytest.mark.parametrize("trade", trades().values(), ids=list(trades()))
def test_a_trade_says_nothing_that_an_advert_may_not_say(trade: Trade) -> None:
    for words in (*trade.titles, *trade.words, *trade.hours, *trade.pay_day):
        assert check_advert(words) == ()


@pytest.mark.parametrize("unit", ["月", "天", "时"])
def test_a_wage_is_read_back_as_it_is_written(unit: str) -> None:
    trade = next(trade for trade in trades().values() if trade.unit == unit)
    low, high = trade.wages[2]
    wage = find_wage(f"{low}-{high}元/{unit}")
    assert wage is not None
    assert (wage.monthly_min_fen, wage.monthly_max_fen) == (
        round(low * trade.per_month) * 100,
        round(high * trade.per_month) * 100,
    )


def test_places_and_trades_of_the_tables_exist() -> None:
    wanted = [(row["region"], row["always"]) for row in rows("henan.tsv")]
    wanted += [(row["region"], row["trades"]) for row in rows("away.tsv")]
    for region, names in wanted:
        assert get_region(region) is not None
        assert {name for name, _ in counted(names)} <= set(trades())
    for row in rows("henan.tsv"):
        assert sum(times for _, times in counted(row["always"])) <= int(row["vacancies"])


def test_groups_are_those_of_the_forms() -> None:
    named = {name for row in rows("groups.tsv") for name in row["groups"].split(",")}
    assert named == set(Group)
    assert all(set(row["trades"].split(",")) <= set(trades()) for row in rows("groups.tsv"))
    assert 0 < AWAY_SHARE < 1


def test_courses_are_held_where_an_institution_is() -> None:
    institutions, course_types = rows("institutions.tsv"), kinds()["training_completed"].facts["course_type"]
    assert all(MARK in row["name"] for row in institutions)
    for row in rows("courses.tsv"):
        home = institutions[int(row["institution"]) - 1]["region"]
        assert row["region"][:4] == home[:4]
        assert row["course_type"] in course_types.one_of
        assert set(row["trades"].split()) <= set(trades())
        assert int(row["taken"]) < int(row["seats"])


def test_employer_kinds_and_titles_are_words_of_the_ledger() -> None:
    kind_words = kinds()["placement_started"].facts["employer_kind"].one_of
    assert {kind for row in rows("sectors.tsv") for kind, _ in counted(row["kinds"])} == set(kind_words)
    title_words = kinds()["training_completed"].facts["titles"].one_of
    assert {title for row in rows("institutions.tsv") for title in row["titles"].split()} == set(title_words)


def test_a_credit_code_is_valid_and_nobodys() -> None:
    code = credit_code("91", "410105", 7)
    assert uscc.is_valid(code)
    assert "YANG" in code


def test_names_are_many() -> None:
    surnames, given = name_parts()
    assert len(set(surnames)) * len(set(given)) > 1000


@pytest.mark.parametrize(
    ("today", "start"),
    [
        (date(2026, 11, 30), date(2025, 12, 1)),
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2027, 1, 2), date(2026, 12, 1)),
    ],
)
def test_the_year_of_the_form_turns_in_december(today: date, start: date) -> None:
    assert (year_until(today).start, year_until(today).end) == (start, today)
    assert form_year(2014).start == date(2013, 12, 1)
