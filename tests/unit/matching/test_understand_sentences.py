"""Seekers' and recruiters' sentences, case by case."""

from __future__ import annotations

import pytest
from matching_tables import Row, cases, shared

from matching.posting import understand_posting
from matching.understand import Understanding, understand


def top(said: Understanding) -> str:
    return said.occupations[0].code if said.occupations else ""


def monthly_minimum(said: Understanding) -> str:
    wage = said.wage
    named = wage is not None and wage.period == "month" and wage.min_fen is not None
    return str((wage.min_fen or 0) // 100) if wage and named else ""


@pytest.mark.parametrize("row", cases("seeker_messages.tsv"), ids=lambda row: row["text"])
def test_every_development_sentence(row: Row) -> None:
    said = understand(row["text"])
    accepted = row["occupation_codes"].split("|")
    assert top(said) in accepted
    assert (said.region.adcode if said.region else "") == row["region"]
    assert monthly_minimum(said) == row["wage_min"]
    assert not said.hiring


def test_the_copied_sentences_are_the_shared_ones() -> None:
    assert shared("eval/seeker_messages/dev.tsv") == cases("seeker_messages.tsv")


@pytest.mark.parametrize("row", cases("sentences.tsv"), ids=lambda row: row["text"])
def test_own_sentences(row: Row) -> None:
    said = understand(row["text"])
    region = said.region.adcode if said.region else "|".join(r.adcode for r in said.region_candidates)
    wage = f"{said.wage.min_fen // 100} {said.wage.period}" if said.wage and said.wage.min_fen else ""
    assert (top(said), region, wage) == (row["occupation"], row["region"], row["wage"])


@pytest.mark.parametrize("row", cases("hiring.tsv"), ids=lambda row: row["text"])
def test_who_speaks(row: Row) -> None:
    assert understand(row["text"]).hiring == (row["hiring"] == "yes")


@pytest.mark.parametrize("row", cases("facts.tsv"), ids=lambda row: row["text"])
def test_facts(row: Row) -> None:
    said = understand(row["text"])
    assert said.experience_years == (float(row["experience"]) if row["experience"] else None)
    assert said.age == (int(row["age"]) if row["age"] else None)
    assert said.birth_year == (int(row["born"]) if row["born"] else None)
    assert said.education == (row["education"] or None)
    assert set(said.certificates) == set(row["certificates"].split())
    assert set(said.constraints) == set(row["constraints"].split())


def yes_no(word: str) -> bool | None:
    return {"yes": True, "no": False}.get(word)


@pytest.mark.parametrize("row", cases("postings.tsv"), ids=lambda row: row["text"])
def test_recruiters_sentences(row: Row) -> None:
    posting = understand_posting(row["text"])
    low, _, high = row["wage"].partition("-")
    found = posting.wage
    assert posting.title == row["title"]
    assert posting.headcount == (int(row["headcount"]) if row["headcount"] else None)
    assert posting.region is not None and posting.region.adcode == row["region"]
    assert (found.min_fen if found else None) == (int(low) * 100 if low else None)
    assert (found.max_fen if found else None) == (int(high) * 100 if high else None)
    assert (posting.board, posting.lodging) == (yes_no(row["board"]), yes_no(row["lodging"]))
    assert (posting.contact_name or "") == row["contact"]
    assert (posting.hire_kind or "") == row["hire_kind"]
    assert posting.occupation is not None and posting.hiring


@pytest.mark.parametrize(("text", "unwanted"), [("不要保安 想找保洁", "保安"), ("不想进厂，想送外卖", "进厂")])
def test_what_is_not_wanted(text: str, unwanted: str) -> None:
    said = understand(text)
    assert said.negated == (unwanted,)
    assert not set(said.negated_codes) & {found.code for found in said.occupations}


def test_home_is_not_where_work_is_wanted() -> None:
    said = understand("老家信阳,想到杭州萧山干装修")
    assert said.region is not None and said.region.adcode == "330109"
    assert said.home_region is not None and said.home_region.adcode == "411500"


def test_json_is_in_yuan() -> None:
    told = understand("电焊工 郑州 5000").as_json()
    assert told["wage"] == {"min": 5000, "max": None, "period": "month", "monthly_min": 5000}
    assert told["region"] == {"adcode": "410100", "name": "河南省郑州市"}
