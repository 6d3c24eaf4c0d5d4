"""The speed benchmark at its smallest: the load is what it says, peers and program find the same obvious thing."""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.commands import bench_
from benchmarks import marginals as counts
from benchmarks import market, progress, search_peers, speed
from benchmarks.engine import Engine, answers
from benchmarks.figures import Figure, Note
from benchmarks.search_peers import PEERS, Corpus, MissingPeerError, RapidFuzzPeer, SqlitePeer, corpus_of
from benchmarks.speed import batch, changes, night, single
from benchmarks.speed.plan import QUICK, label, plan_of
from matching.places import NATION, contains
from matching.profiles import VacancyProfile

pytestmark = pytest.mark.peers  # they run beside the program here
ZHENGZHOU = "410100"
WELDER = VacancyProfile(
    id="welder", title="急聘电焊工(包吃住)", occupations=(("6-18-02-04", 1.0),), region="410102", posted_on=market.TODAY
)
FAR_WELDER = replace(WELDER, id="far", region="440106")


@pytest.fixture(scope="module")
def drawn() -> list[VacancyProfile]:
    others = [vacancy for vacancy in market.vacancies(2_000, "410000") if "焊" not in vacancy.title]
    return [*others[:900], FAR_WELDER, WELDER, *others[900:]]


@pytest.fixture(scope="module")
def corpus(drawn: list[VacancyProfile]) -> Corpus:
    return corpus_of(drawn)


def slow(kind: type[Any]) -> Any:
    return pytest.param(kind, id=kind.name, marks=[pytest.mark.peers] if kind.name == "pg_trgm" else [])


@pytest.mark.parametrize("kind", [slow(kind) for kind in PEERS])
def test_a_peer_finds_the_welder_of_the_city_first_as_the_program_does(
    kind: type[Any], corpus: Corpus, drawn: list[VacancyProfile]
) -> None:
    with closing(kind()) as peer:
        try:
            peer.build(corpus)
        except MissingPeerError as reason:
            pytest.skip(f"{kind.name} IS NOT COMPARED HERE: {reason}")
        found = peer.search(market.words_of("电焊工"), ZHENGZHOU)
    asked = Engine(drawn).search_text("电焊工 郑州")
    assert found[0] == asked[0][0] == "welder"
    places = {vacancy.id: vacancy.region for vacancy in drawn}
    assert all(contains(ZHENGZHOU, places[number]) for number in found)
    assert len(found) <= search_peers.TOP


@pytest.mark.parametrize("region", [NATION, "410000", "410100", "410102", "440106", "659001"])
def test_a_stretch_is_the_rows_of_the_region(corpus: Corpus, region: str) -> None:
    rows = {row for row, county in enumerate(corpus.counties) if contains(region, county)}
    assert set(range(len(corpus.ids))[corpus.stretch(region)]) == rows


def test_documents_arrive_in_the_order_of_the_vacancies(corpus: Corpus, drawn: list[VacancyProfile]) -> None:
    arrived = [corpus.ids[row] for row, _, _ in corpus.documents(corpus.arrivals)]
    assert arrived == [vacancy.id for vacancy in drawn]


def test_the_market_is_the_same_each_time_and_follows_its_counts() -> None:
    drawn, known = list(market.vacancies(20_000)), counts.marginals()
    assert drawn == list(market.vacancies(20_000))
    share = sum(vacancy.title == known.titles[0] for vacancy in drawn) / len(drawn)
    assert share == pytest.approx(known.title_shares[0], abs=0.01)
    assert all(market.TODAY - timedelta(days=30) < vacancy.posted_on <= market.TODAY for vacancy in drawn)


def test_every_county_has_a_share() -> None:
    assert (counts.marginals().county_shares > 0).all()
    assert np.isclose(counts.marginals().county_shares.sum(), 1)


def test_a_small_market_lies_in_one_province() -> None:
    area = counts.area_of(2_000)
    assert all(contains(area, vacancy.region) for vacancy in market.vacancies(200, area))
    assert counts.area_of(100_000) == NATION


def test_sentences_are_distinct_and_name_title_and_place() -> None:
    said = list(market.sentences(3_000))
    assert len({sentence for sentence, *_ in said}) == 3_000
    assert all(title in sentence for sentence, title, _ in said)
    asked = market.queries(200)
    assert sum(query.profile.region == query.region for query in asked) > 180


def test_without_the_shared_data_the_load_is_told_to_be_made_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(counts, "TITLES", tmp_path / "none.csv")
    made_up = counts._marginals.__wrapped__()
    assert "ABSENT" in made_up.source
    assert len(made_up.titles) > 100 and len(made_up.wages) > 5
    assert made_up.title_shares.sum() == pytest.approx(1)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What a run of the smallest plan yields, with the two peers that every machine has."""
    for module in (speed, single):
        monkeypatch.setattr(module, "PEERS", (RapidFuzzPeer, SqlitePeer))
    monkeypatch.setattr(single, "WARM_UP", 5)
    plan = replace(QUICK, seconds=0.01, seekers=40, batch_seconds=0.05, sentences=40, changes=5)
    monkeypatch.setattr(speed, "plan_of", lambda **_: plan)
    return list(speed.measure(Path(), quick=True))


def test_a_tiny_run_tells_every_figure_and_where_its_load_comes_from(tiny: list[Any]) -> None:
    figures = {figure.figure: figure for figure in tiny if isinstance(figure, Figure)}
    expected = {
        "import_matching",
        "parse_test_cases",
        "zhaohuo_2k",
        "zhaohuo_from_text_2k_p99",
        "times_rapidfuzz_2k",
        "times_sqlite_fts5_2k",
        "batch_40_x_2k_numpy_times_rapidfuzz",
        "put_2k",
        "growth_200_to_2k",
        "index_memory_2k",
    }
    assert expected <= set(figures)
    assert all(figure.value > 0 for figure in figures.values())
    assert figures["zhaohuo_2k"].low <= figures["zhaohuo_2k"].value <= figures["zhaohuo_2k"].high
    notes = " ".join(note.note for note in tiny if isinstance(note, Note))
    assert "load:" in notes and "河南" in notes and "EXTRAPOLATED" in notes


def test_a_missing_peer_is_left_out_aloud(monkeypatch: pytest.MonkeyPatch, corpus: Corpus) -> None:
    monkeypatch.setattr(single, "PEERS", (search_peers.TantivyPeer, RapidFuzzPeer))
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with single.built_peers(corpus, progress.Bar(1)) as (peers, notes):
        assert [peer.name for peer in peers] == ["rapidfuzz"]
    assert "tantivy is not installed" in notes[0].note and "requirements-bench.txt" in notes[0].note


def test_a_change_that_no_query_sees_is_an_error(drawn: list[VacancyProfile]) -> None:
    class Deaf(Engine):
        def put(self, vacancy: VacancyProfile) -> None:
            """Nothing happens."""

    with pytest.raises(changes.ChangeNotSeenError):
        list(changes.measure_changes(Deaf(drawn), 2_000, changes=1))


def test_a_batch_finds_what_single_questions_find(drawn: list[VacancyProfile]) -> None:
    engine, people = Engine(drawn), list(market.seekers(50, "410000"))
    found = answers(engine.asked_by(people), compiled=False).slots.tolist()
    for who, slots in zip(people, found, strict=True):
        alone = [number for number, _ in engine.search(who)]
        assert [engine.index.at(slot).id for slot in slots if slot >= 0] == alone


def test_part_of_a_batch_is_its_first(drawn: list[VacancyProfile]) -> None:
    asked = Engine(drawn).asked_by(market.seekers(50, "410000"))
    part = batch.part_of(asked, 7)
    assert answers(part, compiled=False).slots.tolist() == answers(asked, compiled=False).slots[:7].tolist()


def test_sizes_and_plans_follow_the_options() -> None:
    assert bench_.sizes("2000,100000") == (2_000, 100_000)
    with pytest.raises(argparse.ArgumentTypeError, match="vacancies"):
        bench_.sizes("5")
    assert plan_of(quick=False, full=False, night=True, sizes=(500, 20)).sizes == (20, 500)
    assert plan_of(quick=False, full=True, night=False, sizes=None).sizes[-1] == 1_000_000
    assert [label(count) for count in (40, 2_000, 1_000_000)] == ["40", "2k", "1m"]


def test_saved_results_are_one_json_list_named_by_benchmark_and_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench_, "RESULTS", tmp_path / "results")
    figure = Figure(name="speed", figure="x", unit="s", value=1.0)
    bench_.save("speed", [Note("speed", "load").as_json(), figure.as_json()])
    (path,) = (tmp_path / "results").iterdir()
    assert path.name == f"speed-{figure.date.isoformat()}.json"
    assert [entry.get("note", entry.get("value")) for entry in json.loads(path.read_text("utf-8"))] == ["load", 1.0]


def test_the_bar_is_silent_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    progress.Bar(2).step("half")
    progress.erase()
    assert capsys.readouterr() == ("", "")


def test_the_night_tells_a_small_night_too() -> None:
    done, took, keeping, megabytes = night.night(300, 2_000)
    assert done == 300 and took > 0 and keeping > 0 and megabytes > 20
