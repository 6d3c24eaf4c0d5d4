"""The commands as a person types them: exit codes, nothing half done, backup and restore."""

from __future__ import annotations

import json
import sqlite3
import stat
import tarfile
from pathlib import Path

import pytest

from app.cli import main
from app.presence import presence

OFFICES = "region,name\n410000,河南省总工会\n"


@pytest.fixture(autouse=True)
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "var"
    monkeypatch.setenv("ZHAOHUO_VAR_DIR", str(folder))
    monkeypatch.setenv("ZHAOHUO_CONFIG", str(tmp_path / "none.toml"))
    return folder


def offices(var: Path) -> list[str]:
    with sqlite3.connect(var / "zhaohuo.db") as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM offices ORDER BY id")]
    connection.close()
    return names


def written(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_import_tells_counts(tmp_path: Path, var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "o.csv", OFFICES)
    assert main(["import", "offices", file, "--dry-run"]) == 0
    assert offices(var) == []
    assert main(["import", "offices", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["added"] == 1
    assert main(["import", "offices", file]) == 0
    assert "1 there already" in capsys.readouterr().out
    assert offices(var) == ["河南省总工会"]


def test_bad_rows_stop_everything_or_are_skipped(tmp_path: Path, var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "o.csv", OFFICES + "999999,无\n")
    assert main(["import", "offices", file, "--json"]) == 1
    captured = capsys.readouterr()
    assert "o.csv, line 3, region: no one region is called '999999'" in captured.err
    told = json.loads(captured.out)
    assert (told["bad"], told["kept"]) == (1, False)
    assert offices(var) == []
    assert main(["import", "offices", file, "--skip-bad"]) == 0
    assert offices(var) == ["河南省总工会"]


def test_usage_and_refusals(tmp_path: Path) -> None:
    for words in (["import", "horoscopes", "x"], ["import"], ["export"], ["db"], ["match"], ["bench", "x"]):
        with pytest.raises(SystemExit) as refused:
            main(words)
        assert refused.value.code == 2
    assert main(["import", "offices", str(tmp_path / "none.csv")]) == 1
    assert main(["export", "offices", "--out", str(tmp_path / "no" / "folder.csv")]) == 1


def test_export_to_a_file_of_its_owner(tmp_path: Path, var: Path) -> None:
    main(["import", "offices", written(tmp_path / "o.csv", OFFICES)])
    out = tmp_path / "out.csv"
    assert main(["export", "offices", "--out", str(out), "--with-contacts"]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfid,region,name")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with sqlite3.connect(var / "zhaohuo.db") as connection:
        actions = [action for (action,) in connection.execute("SELECT action FROM audit_entries")]
    connection.close()
    assert "offices.exported" in actions
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o.csv", "out.csv", "var"]


def test_backup_and_restore(tmp_path: Path, var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["import", "offices", written(tmp_path / "o.csv", OFFICES)])
    keys, backup = (var / "keys.json").read_bytes(), tmp_path / "b.tar"
    assert main(["db", "backup", str(backup)]) == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    main(["import", "offices", written(tmp_path / "p.csv", OFFICES.replace("河南省", "郑州市"))])
    (var / "keys.json").write_bytes(b"{}")
    assert main(["db", "restore", str(backup)]) == 0
    assert (var / "keys.json").read_bytes() == keys
    assert offices(var) == ["河南省总工会"]
    kept = [Path(line.removeprefix("kept: ")) for line in capsys.readouterr().out.splitlines() if "kept: " in line]
    assert {path.name.partition(".before-")[0] for path in kept} >= {"zhaohuo.db", "keys.json"}
    assert main(["db", "check"]) == 0


def test_backup_refusals(tmp_path: Path, var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["db", "backup", str(tmp_path / "b.tar")]) == 1  # nothing there yet
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "backup", str(tmp_path / "b.tar")]) == 0
    assert main(["db", "backup", str(tmp_path / "b.tar")]) == 1  # never over another
    for content in (b"", b"no tar at all" * 99):
        (tmp_path / "bad.tar").write_bytes(content)
        assert main(["db", "restore", str(tmp_path / "bad.tar")]) == 1
    with tarfile.open(tmp_path / "half.tar", "w") as tar:
        tar.add(var / "keys.json", "keys.json")
    assert main(["db", "restore", str(tmp_path / "half.tar")]) == 1
    with presence(var):
        assert main(["db", "restore", str(tmp_path / "b.tar")]) == 1
    assert "stop it before you restore" in capsys.readouterr().err
    assert main(["db", "check"]) == 0


def test_postgresql_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ZHAOHUO_DATABASE__URL", "postgresql+asyncpg://u@localhost/x")
    assert main(["db", "backup", str(tmp_path / "b.tar")]) == 1
    told = capsys.readouterr().err
    assert "pg_dump" in told
    assert "keys.json" in told


def test_match_names_bad_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seekers = written(tmp_path / "s.csv", "id,text\na,电焊工 郑州 5000\nb,\n")
    vacancies = written(tmp_path / "v.csv", "id,title,region\n1,电焊工,郑州\n2,保安,洛阳\n")
    words = ["match", "--seekers", seekers, "--vacancies", vacancies]
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith("求职者 a  电焊工 郑州 5000\n")
    assert "s.csv, line 3, text" in captured.err
    assert main([*words, "--json", "--strict"]) == 1
    assert json.loads(capsys.readouterr().out.splitlines()[0])["seeker"] == "a"
    assert main([*words, "--json", "--for", "vacancies"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[0])["matches"][0]["seeker"] == "a"
    assert main(["match", "--seekers", str(tmp_path / "no"), "--vacancies", vacancies]) == 1


def test_a_roster_is_previewed_then_imported(tmp_path: Path, var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from rosters_book import WANG, training

    main(["import", "offices", written(tmp_path / "o.csv", OFFICES)])
    file = str(training(tmp_path / "t.xlsx"))
    capsys.readouterr()
    assert main(["import", "roster", file, "--office", "河南省总工会", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert "第5行 样** [laid_off] training_completed 2014-03-15: course_type skill" in told.out
    assert "nothing was written" in told.out
    assert "发证单位→issuer" in told.err
    assert WANG not in told.out + told.err
    assert main(["import", "roster", file, "--office", "410000", "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)
    assert (counts["added"], counts["entries"]["certificate_issued"], counts["kept"]) == (3, 2, True)
    assert main(["import", "roster", file, "--office", "410000/河南省总工会"]) == 0
    assert "0 new, 3 there already, 0 bad" in capsys.readouterr().out
    assert main(["import", "roster", file, "--office", "天宫"]) == 1
    assert "export offices" in capsys.readouterr().err
    with pytest.raises(SystemExit) as refused:
        main(["import", "roster", file, "--as", "horoscope"])
    assert refused.value.code == 2
