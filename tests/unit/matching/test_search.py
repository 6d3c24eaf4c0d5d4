"""The index against an oracle that looks at every pair; numpy against numba; one way round against the other."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from market import TODAY, market, oracle, vacancy

from matching import kernel
from matching.errors import UnknownRegionError
from matching.index import VacancyIndex
from matching.many import Answers, answer
from matching.profiles import SeekerProfile
from matching.rank import explained, rank, seekers_for_each
from matching.search import search
from matching.sides import seekers_ask, vacancies_ask

SEEDS = st.integers(0, 10_000)
needs_numba = pytest.mark.skipif(not kernel.is_there(), reason="numba is not installed (requirements-kernel.txt)")


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_search_finds_what_looking_at_every_pair_finds(seed: int) -> None:
    vacancies, seekers = market(seed, 80, 6)
    index = VacancyIndex(vacancies)
    for who in seekers:
        found = search(index, who, today=TODAY, top=5)
        assert ([index.at(slot).id for slot in found.slots], found.total) == oracle(index, who, 5)


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_an_index_that_was_changed_is_as_good_as_a_new_one(seed: int) -> None:
    vacancies, seekers = market(seed, 60, 5)
    dice, index = random.Random(seed), VacancyIndex()
    for offer in vacancies:
        index.put(offer)
    for offer in dice.sample(vacancies, 25):
        index.remove(offer.id)
    for number in dice.sample(range(60), 20):
        index.put(vacancy(dice, number))
    for who in seekers:
        found = search(index, who, today=TODAY, top=60)
        ids, total = oracle(index, who, 60)
        assert {index.at(slot).id for slot in found.slots} == set(ids) and found.total == total


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_the_score_is_what_the_parts_make_and_what_search_added_up(seed: int) -> None:
    vacancies, seekers = market(seed, 40, 4)
    index = VacancyIndex(vacancies)
    for who in seekers:
        found = search(index, who, today=TODAY, top=5)
        for slot, key in zip(found.slots, found.keys, strict=True):
            match = explained(index, who, index.at(slot), TODAY)
            assert match.score == (key >> 32) / 100 == pytest.approx(sum(part.points for part in match.parts))
            assert 0 <= match.score <= 100


def same(one: Answers, other: Answers) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in ("slots", "scores", "totals", "steps")
    )


@pytest.mark.peers
@needs_numba
@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 7))
def test_numba_answers_a_single_question_as_numpy_does(seed: int, top: int) -> None:
    vacancies, seekers = market(seed, 70, 10)
    dice, plain, fast = random.Random(seed), VacancyIndex(vacancies), VacancyIndex(vacancies, compiled=True)
    for who in seekers:
        for index in (plain, fast):
            index.put(vacancy(random.Random(seed), 70 + len(index)))
        skip = dice.sample(range(70), 3)
        for more in ({}, {"newest": True}, {"unlawful": True}):
            one, other = (search(index, who, today=TODAY, top=top, skip=skip, **more) for index in (plain, fast))
            assert one == other


@pytest.mark.peers
@needs_numba
@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 7))
def test_numba_answers_as_numpy_does(seed: int, top: int) -> None:
    vacancies, seekers = market(seed, 70, 30)
    index = VacancyIndex(vacancies)
    for ask in (seekers_ask, vacancies_ask):
        queries, side = ask(index, seekers, TODAY)
        assert same(answer(queries, side, top=top, compiled=True), answer(queries, side, top=top, compiled=False))


@pytest.mark.peers
@needs_numba
def test_the_kernel_stays_within_its_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = kernel.compiled(bounds_checked=True)
    monkeypatch.setattr(kernel, "compiled", lambda: checked)
    for seed in range(12):
        vacancies, seekers = market(seed, 70, 30)
        for ask in (seekers_ask, vacancies_ask):
            queries, side = ask(VacancyIndex(vacancies), seekers, TODAY)
            assert same(answer(queries, side, top=3, compiled=True), answer(queries, side, top=3, compiled=False))


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=[pytest.mark.peers, needs_numba])])
def test_shards_of_an_executor_make_the_same_whole(compiled: bool) -> None:
    vacancies, seekers = market(3, 200, 120)
    for ask in (seekers_ask, vacancies_ask):
        queries, side = ask(VacancyIndex(vacancies), seekers, TODAY)
        with ThreadPoolExecutor(2) as pool:
            sharded = answer(queries, side, top=4, executor=pool, compiled=compiled)
        assert same(sharded, answer(queries, side, top=4, compiled=compiled))


def test_shards_travel_to_other_processes() -> None:
    vacancies, seekers = market(4, 100, 40)
    queries, side = seekers_ask(VacancyIndex(vacancies), seekers, TODAY)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        sharded = answer(queries, side, top=4, executor=pool, compiled=False)
    assert same(sharded, answer(queries, side, top=4, compiled=False))


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_a_pair_has_one_score_whoever_asks(seed: int) -> None:
    vacancies, seekers = market(seed, 30, 30)
    index = VacancyIndex(vacancies)
    queries, side = vacancies_ask(index, seekers, TODAY)
    answers = answer(queries, side, top=9, compiled=False)
    for offer, slots, scores in zip(index, answers.slots.tolist(), answers.scores.tolist(), strict=True):
        for slot, score in zip(slots, scores, strict=True):
            if slot >= 0:
                assert explained(index, seekers[slot], offer, TODAY).score == score / 100


def test_a_vacancy_of_no_region_leaves_the_index_as_it_was() -> None:
    vacancies, _ = market(5, 5, 0)
    index = VacancyIndex(vacancies)
    with pytest.raises(UnknownRegionError):
        index.put(replace(vacancies[0], region="999999"))
    assert index.get(0) == vacancies[0] and len(index) == 5
    for offer in vacancies:
        index.remove(offer.id)
    assert len(index) == 0


def test_a_vacancy_that_fills_is_gone_at_the_next_question() -> None:
    vacancies, _ = market(5, 50, 0)
    index, anybody = VacancyIndex(vacancies), SeekerProfile(id="a", anywhere=True)
    best = rank(index, anybody, today=TODAY, top=1).matches[0].vacancy
    index.put(replace(best, hired=best.headcount))
    assert best.id not in {match.vacancy.id for match in rank(index, anybody, today=TODAY, top=50).matches}
    index.put(best)
    assert rank(index, anybody, today=TODAY, top=1).matches[0].vacancy.id == best.id


def test_each_vacancy_is_told_its_own_best_not_those_who_had_nothing_better() -> None:
    """Turning the seekers' lists round would lose those for whom this vacancy was not among the first."""
    vacancies, seekers = market(8, 40, 40)
    crowd = [replace(who, occupations=(("6-18-02-04", 1.0),), region="410100", negated=frozenset()) for who in seekers]
    offers = [replace(v, occupations=(("6-18-02-04", 1.0),), region="410100", employer=0, hired=0) for v in vacancies]
    told = dict(seekers_for_each(VacancyIndex(offers), crowd, today=TODAY, top=3))
    assert sum(1 for matches in told.values() if matches) > 30
