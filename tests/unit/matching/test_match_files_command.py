"""`zhaohuo match` as a clerk or a script meets it: what is printed where, exit codes, pipes, Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import main
from app.match_table import aligned, padded, width

ROOT = Path(__file__).parents[3]
SEEKERS = "id,text\n1,电焊工 郑州 5000\n2,保安 郑州\n"
VACANCIES = (
    "编号,职位,地区,工资,单位,证书\nv1,电焊工,郑州,6000-8000元,样例厂,焊工证\nv2,夜班保安,郑州,3500以上,样例物业,\n"
)
COURSES = "编号,课程,地区,证书,开班日期\nc1,焊工班,郑州,焊工证,2099-03-01\n"


def written(folder: Path, seekers: str = SEEKERS, vacancies: str = VACANCIES) -> list[str]:
    for name, text in (("s.csv", seekers), ("v.csv", vacancies), ("c.csv", COURSES)):
        (folder / name).write_text(text, encoding="utf-8")
    return ["match", "--seekers", str(folder / "s.csv"), "--vacancies", str(folder / "v.csv")]


def test_a_table_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*written(tmp_path), "--courses", str(tmp_path / "c.csv")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "求职者 1  电焊工 郑州 5000"
    assert lines[1].split() == ["岗位", "职位", "地区", "工资", "单位", "匹配", "理由"]
    cells = lines[2].split()
    assert cells[:6] == ["1", "v1", "电焊工", "郑州", "6000-8000", "样例厂"] and cells[6].endswith("%")
    assert cells[7].startswith("就在郑州,比您要的5000高,要焊工证")
    assert lines[3] == "  可以先学:焊工班(缺焊工证:2099年3月1日开班,免费)"
    assert lines[5:7][0] == "求职者 2  保安 郑州" and "3500起" in lines[7]
    starts = [width(line[: line.index(word)]) for line, word in ((lines[1], "理由"), (lines[2], "就在"))]
    assert starts[0] == starts[1]


def test_for_vacancies_speaks_of_the_seekers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [*written(tmp_path), "--for", "vacancies"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert (
        out.startswith("岗位 v1  电焊工  郑州  6000-8000  样例厂\n") and "比本人要的5000高" in out and "您" not in out
    )
    assert main([*words, "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["vacancy"] == "v1" and first["matches"][0]["seeker"] == "1"
    assert {"score", "parts", "reason"} <= set(first["matches"][0]) and "您" not in first["matches"][0]["reason"]


def test_json_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*written(tmp_path), "--json", "--top", "1"]) == 0
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert [line["seeker"] for line in lines] == ["1", "2"] and all(len(line["matches"]) == 1 for line in lines)
    assert captured.err == "2 matches, 0 bad rows\n"


def test_nobody_found_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(written(tmp_path, seekers="id,text\n1,厨师 郑州\n2,保安 郑州\n")) == 0
    assert "  没有找到合适的岗位\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("seekers", "vacancies", "strict", "code"),
    [
        (SEEKERS, VACANCIES, False, 0),
        (SEEKERS, VACANCIES, True, 0),
        (SEEKERS + "3,\n", VACANCIES, False, 0),
        (SEEKERS + "3,\n", VACANCIES, True, 1),
        (SEEKERS, VACANCIES + "v3,厨师,火星,,,\n", False, 0),
        (SEEKERS, VACANCIES + "v3,厨师,火星,,,\n", True, 1),
        (SEEKERS, VACANCIES.replace("单位", "颜色"), True, 0),
        (SEEKERS, VACANCIES + "v3,厨师,郑州,,,飞船证\n", True, 0),
        ("", VACANCIES, False, 1),
        ("id,text\n", VACANCIES, False, 1),
        (SEEKERS, "编号,职位\n", False, 1),
        ("1,电焊工\n", VACANCIES, False, 1),
    ],
)
def test_exit_codes(tmp_path: Path, seekers: str, vacancies: str, strict: bool, code: int) -> None:
    assert main([*written(tmp_path, seekers, vacancies), *(["--strict"] if strict else [])]) == code


def test_what_cannot_be_read_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = written(tmp_path)
    (tmp_path / "v.csv").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert main(words) == 1
    assert capsys.readouterr().err.startswith("zhaohuo: v.csv: an old .xls file")
    assert main([*words[:-1], str(tmp_path / "none.csv")]) == 1
    assert "none.csv: No such file" in capsys.readouterr().err
    assert main([*words[:-1], str(tmp_path)]) == 1
    assert main(["match", "--seekers", "-", "--vacancies", "-"]) == 1
    with pytest.raises(SystemExit):
        main([*words, "--top", "0"])


def test_every_problem_is_told_the_serious_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = "".join(f"v{n},厨师,郑州,,,飞船证\n" for n in range(3, 300))
    main([*written(tmp_path, vacancies=VACANCIES + many + "v999,,,,,\n"), "--json"])
    lines = capsys.readouterr().err.splitlines()
    assert "no title; the row is left out" in lines[0] and lines[-2] == "and 98 more"
    assert lines[-1].endswith("1 bad rows")


def program(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "app", *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # a job in the background has none
    )


def in_the_middle(folder: Path) -> subprocess.Popen[str]:
    """The program, fed by a pipe, with more to print than a pipe holds and its first line read."""
    process = program("match", "--seekers", "-", *written(folder)[3:], "--json")
    assert process.stdin and process.stdout
    process.stdin.write("id,text\n" + "".join(f"{n},保安 郑州\n" for n in range(2000)))
    process.stdin.close()
    assert json.loads(process.stdout.readline())["seeker"] == "0"
    return process


def test_a_pipe_closed_early_and_standard_input(tmp_path: Path) -> None:
    process = in_the_middle(tmp_path)
    assert process.stdout and process.stderr
    process.stdout.close()
    told = process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 0 and "Traceback" not in told and "BrokenPipe" not in told


def test_ctrl_c_ends_quietly(tmp_path: Path) -> None:
    process = in_the_middle(tmp_path)
    assert process.stdout and process.stderr
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    told = process.stderr.read()
    process.stdout.close()
    process.stderr.close()
    assert process.wait(60) == 130 and "Traceback" not in told


def test_parse_reads_lines_of_either_encoding() -> None:
    process = program("parse")
    told, errors = process.communicate(timeout=60, input="\ufeff电焊工 郑州 5000\n\n")
    assert [json.loads(line)["text"] for line in told.splitlines()] == ["电焊工 郑州 5000", ""] and errors == ""
    raw = subprocess.run(
        [sys.executable, "-m", "app", "parse"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        input="保安 武汉\r\n".encode("gbk"),
        capture_output=True,
        check=True,
    )
    assert json.loads(raw.stdout)["region"]["adcode"] == "420100"


def test_wide_characters_are_aligned() -> None:
    assert width("电焊工a") == 7 and padded("电焊", 6) == "电焊  " and padded("电焊工师傅", 6) == "电焊… "
    lines = aligned([["电焊工", "a", "x"], ["b", "普工", "y"]])
    assert lines == ["电焊工  a     x", "b       普工  y"]
