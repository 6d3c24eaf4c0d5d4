"""`zhaohuo people` and `zhaohuo audit` as staff type them: exit codes, masked names, nothing done by halves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rosters_book import WANG, employment, save

from app.cli import main

OFFICES = "region,name\n410100,郑州市总工会\n410105,金水区总工会\n"
OFFICERS = "name,phone,region,office,role\n样例陈,13800000021,410100,,staff\n样例吴,13800000022,410105,,staff\n"
CITY, COUNTY = ["--by", "13800000021"], ["--by", "138 0000 0022"]


@pytest.fixture(autouse=True)
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ZHAOHUO_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("ZHAOHUO_CONFIG", str(tmp_path / "none.toml"))
    for kind, text in (("offices", OFFICES), ("officers", OFFICERS)):
        (tmp_path / f"{kind}.csv").write_text(text, "utf-8")
        assert main(["import", kind, str(tmp_path / f"{kind}.csv")]) == 0
    roster = str(employment(tmp_path / "e.xlsx"))
    assert main(["import", "roster", roster, "--office", "410105"]) == 0
    head = ["姓名", "联系电话", "就业单位", "上岗时间", "就业渠道"]
    again = save(tmp_path / "f.xlsx", [head, ["样例旺", "13800000001", "样例厂", "2014-06-01", "工会介绍"]])
    assert main(["import", "roster", str(again), "--office", "410105"]) == 0
    capsys.readouterr()


def told(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(list(words)) == code
    captured = capsys.readouterr()
    return captured.out + captured.err


def test_duplicates_merge_and_unmerge(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, "people", "duplicates", *COUNTY, "--json"))
    assert [pair["why"] for pair in found] == [["phone", "name"]]
    one, other = str(found[0]["one"]), str(found[0]["other"])
    listed = told(capsys, "people", "duplicates", *CITY)
    assert "样**" in listed
    assert "样例" not in listed
    assert "say why" in told(capsys, "people", "merge", one, other, *COUNTY, code=1)
    done = told(capsys, "people", "merge", one, other, *COUNTY, "--reason", "同一个人")
    number = re.findall(r"merge (\d+)", done)[0]
    assert "already" in told(capsys, "people", "merge", other, one, *COUNTY, "--reason", "反过来", code=1)
    shown = told(capsys, "people", "show", "13800000001", *COUNTY, "--purpose", "来电")
    assert f"merge {number}: {other}, 同一个人" in shown
    assert "138****0001" in shown
    assert WANG not in shown
    assert "taken apart" in told(capsys, "people", "unmerge", number, *COUNTY, "--reason", "看错了")
    assert "kept apart" in told(capsys, "people", "apart", one, other, *CITY)
    assert "no records" in told(capsys, "people", "duplicates", *COUNTY)
    for words in (["merge", one], ["merge", "x", "y"], ["show"], ["show", "13900000000", "--purpose", "x"]):
        told(capsys, "people", *words, *COUNTY, code=1)
    told(capsys, "people", "show", one, *COUNTY, code=1)  # no purpose
    told(capsys, "people", "duplicates", "--by", "13900000000", code=1)


def test_audit_from_the_lot_to_the_reversal(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["audit", "draw", *CITY, "--period", "2014-annual", "--percent", "100", "--min", "1", "--seed", "20141210"]
    drawn = told(capsys, *words)
    draw, checks = re.findall(r"draw (\d+)", drawn)[0], re.findall(r"check (\d+)", drawn)
    assert len(checks) == 2
    assert "seed 20141210" in drawn
    assert "样例" not in drawn
    assert draw in told(capsys, "audit", "list", *CITY)
    assert "the same lot" in told(capsys, "audit", "redraw", *CITY, "--draw", draw)
    outcome = ["audit", "outcome", *CITY, "--check", checks[0], "--outcome"]
    assert "--note" in told(capsys, *outcome, "denied", code=1)
    assert "本人否认" in told(capsys, *outcome, "denied", "--note", "没去过")
    told(capsys, "audit", "outcome", *CITY, "--check", checks[1], "--outcome", "confirmed")
    listed = told(capsys, "audit", "list", *COUNTY, "--draw", draw, "--with-contacts")
    assert "属实 1/2 = 50.0%" in listed
    assert "样例王" in listed
    decide = ["audit", "decide", *CITY, "--check", checks[0], "--reason", "无合同"]
    assert "may reply until" in told(capsys, *decide, "--reverse", code=1)
    assert "单位已说明" in told(capsys, "audit", "reply", *COUNTY, "--check", checks[0], "--words", "已离职")
    assert "--reverse or --stands" in told(capsys, *decide, code=1)
    assert "已冲销" in told(capsys, *decide, "--reverse")
    for bad in (["draw", "--period", "2014"], ["draw"], ["redraw"], ["outcome"], ["draw", "--percent", "x"]):
        told(capsys, "audit", *bad, *CITY, code=1)
    with pytest.raises(SystemExit) as refused:
        main(["audit", "outcome", *CITY, "--outcome", "horoscope"])
    assert refused.value.code == 2


def test_what_is_shared_and_taken(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from test_sharing_vacancies import posting

    feed = tmp_path / "f.jsonld"
    feed.write_text(json.dumps([posting(validThrough="2999-01-01")], ensure_ascii=False), "utf-8")
    words = ["import", "vacancies", str(feed), "--source", "郑州市人社局", "--office", "410100", *CITY]
    assert "nothing was written" in told(capsys, *words, "--dry-run")
    assert json.loads(told(capsys, *words, "--json").splitlines()[-1])["added"] == 1
    assert "0 new, 1 there already" in told(capsys, *words, "--complete")
    told(capsys, *words[:-2], "--by", "13900000000", code=1)
    out = tmp_path / "b.docx"
    assert "bulletin: 1 rows" in told(capsys, "export", "bulletin", "--region", "410100", "--out", str(out))
    assert out.read_bytes().startswith(b"PK")
    for as_ in ("jsonld", "csv"):
        assert "vacancies: 0 rows" in told(capsys, "export", "vacancies", "--as", as_, "--region", "410100")
    told(capsys, "export", "bulletin", code=1)
    told(capsys, "export", "bulletin", "--region", "420100", "--out", str(out), code=1)
    told(capsys, "export", "seekers", "--as", "csv", code=1)
