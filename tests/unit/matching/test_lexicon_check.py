"""The whole lexicon of trades obeys its rules, and the check sees a row that does not."""

from __future__ import annotations

from collections import Counter

import pytest

from matching.lexicon_check import Row, find_faults, read_lexicon

WELDER, PAINTER, STAFF = "6-18-02-04", "6-18-03-03", "6-18-00-00"


def test_the_whole_lexicon_is_in_order() -> None:
    faults = find_faults(read_lexicon())
    told = [f"{fault.rule}: {fault.alias} {fault.code}" for fault in faults]
    assert not faults, f"{Counter(fault.rule for fault in faults)}\n" + "\n".join(told)


@pytest.mark.parametrize(
    ("lexicon", "rule"),
    [
        ([("焊工", WELDER, 1.0), ("气焊", WELDER, 1.0), ("焊工", PAINTER, 0.5)], "not sorted"),
        ([("焊工", WELDER, 1.0), ("焊工", WELDER, 0.5)], "stands twice"),
        ([("焊工", WELDER, 1.5)], "weight out of range"),
        ([("焊工", WELDER, 0.0)], "weight out of range"),
        ([("漆焊", WELDER, 1.0), ("漆焊", PAINTER, 1.0)], "sure of two codes"),
        ([("焊", WELDER, 0.6)], "one character too sure"),
        ([(" 焊工", WELDER, 1.0)], "not in plain form"),
        ([("焊工（电）", WELDER, 1.0)], "not in plain form"),
        ([("銲銅工", WELDER, 1.0)], "not in plain form"),
        ([("Welder", WELDER, 1.0)], "not in plain form"),
        ([("焊工)", WELDER, 1.0)], "stray mark"),
        ([("焊工", "6-18-02-99", 1.0)], "unknown code"),
        ([("热加工", STAFF, 1.0)], "sure of a wide code"),
        ([("电焊", WELDER, 1.0)], "official name missing"),
    ],
)
def test_a_fault_is_seen(lexicon: list[Row], rule: str) -> None:
    assert rule in {fault.rule for fault in find_faults(lexicon) if fault.code in {code for _, code, _ in lexicon}}


def test_a_sound_row_is_no_fault() -> None:
    faults = find_faults([("二保焊/氩弧焊", WELDER, 1.0), ("焊", WELDER, 0.5), ("焊工", WELDER, 1.0)])
    assert not [fault for fault in faults if fault.rule != "official name missing"]
