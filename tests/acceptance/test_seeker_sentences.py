"""Every sentence of the development file as the first message of somebody new: answered at once, with what fits."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from people import WebPerson, ask, tap
from program import Program
from rows import rows

from matching.occupations import related
from matching.places import city_of, contains

FILE = Path(__file__).resolve().parents[1] / "unit/matching/data/seeker_messages.tsv"
LINE = re.compile(r"^(\d)\. (\S.*?) (\S+) (\d+(?:-\d+)?|\d+起|面议)(?: \S+)*?(?:\|.+)?$", re.M)


@dataclass(frozen=True)
class Sentence:
    """What is said, and what it means."""

    text: str
    occupations: frozenset[str]
    region: str


def read_sentences() -> list[Sentence]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            Sentence(row["text"], frozenset(filter(None, row["occupation_codes"].split("|"))), row["region"])
            for row in csv.DictReader(file, delimiter="\t")
        ]


def fits(sentence: Sentence, occupation: str | None) -> bool:
    near = {other for code in sentence.occupations for other, _ in related(code)}
    return occupation in sentence.occupations | near


def is_there(sentence: Sentence, region: str) -> bool:
    """In the place that was said, or where it is the city of a county that was said."""
    return contains(sentence.region, region) or city_of(region) == city_of(sentence.region)


@pytest.mark.parametrize("sentence", read_sentences(), ids=lambda sentence: sentence.text)
async def test_first_sentence(sentence: Sentence, program: Program) -> None:
    person = await WebPerson(program).enter()
    try:
        answer = await ask(person, sentence.text, "回数字报名", "报名就是同意")
        listed = LINE.findall(answer)
        assert [number for number, *_ in listed] == [str(n) for n in range(1, len(listed) + 1)], answer
        assert 1 <= len(listed) <= 5
        if not sentence.occupations:
            assert "说说想干什么、在哪里" in answer, "somebody who said little is told what to say"
            return
        await tap(person, "1 报名", "报名好了")
    finally:
        await person.close()
    applied_for = "(SELECT vacancy_id FROM applications ORDER BY id DESC LIMIT 1)"
    chosen = await rows(program, f"SELECT occupation, region FROM vacancies WHERE id = {applied_for}")
    occupation, region = chosen[0]
    on_offer = await rows(program, "SELECT occupation, region FROM vacancies WHERE state = 'open'")
    suitable = [row for row in on_offer if fits(sentence, row[0])]
    exact = [row for row in on_offer if row[0] in sentence.occupations]
    if suitable:
        assert fits(sentence, occupation), f"{occupation} in {region} first: {answer}"
    if sentence.region and any(is_there(sentence, row[1]) for row in exact):
        assert occupation in sentence.occupations, f"{occupation} first, though there is the trade itself: {answer}"
        assert is_there(sentence, region), f"{region} first, though there is one in the place itself: {answer}"
    elif sentence.region and not is_there(sentence, region):
        assert "暂时没有" in answer, f"another place without a word: {answer}"
