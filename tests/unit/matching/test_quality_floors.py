"""The development sets as floors: what was reached once is not lost again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from benchmarks import quality
from benchmarks.figures import Figure
from benchmarks.quality_data import DATA

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data are not on this machine")
FLOORS = {
    "T1_accuracy_at_1": 61.5,
    "T1_recall_at_10": 89.5,
    "T1_accuracy_at_1_blind_half": 62.5,
    "T1_recall_at_10_blind_half": 89.5,
    "T2_ndcg_at_10": 63.0,
    "T3_ndcg_at_10": 57.5,
    "T4_as_it_is_name_recall_at_1": 99.0,
    "T4_with_spaces_name_recall_at_1": 99.0,
    "T4_with_one_slip_name_recall_at_1": 98.0,
    "T4_as_it_is_occupation_recall_at_5": 99.0,
    "T4_with_spaces_occupation_recall_at_5": 99.0,
    "T4_with_one_slip_occupation_recall_at_5": 98.0,
    "T5_trade": 97.0,
    "T5_region": 97.0,
    "T5_minimum_wage": 97.0,
}
MEASURES = (
    quality.title_figures,
    pytest.param(quality.vacancy_figures, marks=pytest.mark.peers),  # slow: run by test --all
    quality.similar_figures,
    pytest.param(quality.pinyin_figures, marks=pytest.mark.peers),
    quality.sentence_figures,
)


@pytest.mark.parametrize("figures", MEASURES)
def test_what_was_reached_is_kept(figures: Callable[[], Iterator[Figure]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quality, "peers", list)
    monkeypatch.setattr(quality, "nearest_spelling", lambda names, typed: [])
    reached = {figure.figure: figure.value for figure in figures()}
    kept = {name: floor for name, floor in FLOORS.items() if name[:2] == next(iter(reached))[:2]}
    assert kept.keys() <= reached.keys()
    assert not {name: reached[name] for name, floor in kept.items() if reached[name] < floor}
