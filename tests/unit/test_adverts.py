"""What an advert may not say: every rule has an offending wording and an honest one that must pass (`adverts.tsv`)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.adverts import REFUSE, check_advert, rules

TABLE = Path(__file__).with_name("adverts.tsv")
PROMISED = {"sex", "age", "family", "origin", "health", "deposit", "pay_withheld", "contract", "scam", "minor"}


def wordings() -> list[tuple[str, str, str]]:
    lines = [line for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
    return [(row["rule"], row["wording"], row["found"] or "") for row in csv.DictReader(lines, delimiter="\t")]


@pytest.mark.parametrize(
    ("rule", "wording", "found"),
    wordings(),
    ids=[row[1] for row in wordings()],
)
def test_a_wording(rule: str, wording: str, found: str) -> None:
    offences = [(offence.code, offence.words) for offence in check_advert(f"电焊工 {wording} 待遇好")]
    assert offences == ([] if rule == "-" else [(rule, found)])


def test_every_rule_has_an_offending_wording_in_the_table() -> None:
    assert {row[0] for row in wordings()} - {"-"} == {rule.code for rule in rules()}


def test_everything_promised_is_a_rule_that_refuses_with_its_source() -> None:
    refusing = {rule.code for rule in rules() if rule.effect == REFUSE}
    assert refusing == PROMISED
    assert all(rule.source for rule in rules())
    assert {rule.effect for rule in rules()} == {REFUSE, "look"}


def test_several_offences_are_told_together() -> None:
    assert [offence.code for offence in check_advert("限男 18-35岁 押金300")] == ["sex", "age", "deposit"]


def test_spaces_and_width_hide_nothing() -> None:
    assert [offence.code for offence in check_advert("只 招\n男，押　金")] == ["sex", "deposit"]


def test_an_honest_wording_beside_an_offence_does_not_hide_it() -> None:
    assert [offence.code for offence in check_advert("不收押金，但要交服装费")] == ["deposit"]
