"""The terminal chat with its own engine, where no service runs; beside one the dialogues show it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from commands import commands
from program import Environment


def chat(environment: Environment, var_dir: Path, lines: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`zhaohuo chat` with lines on stdin."""
    return commands().run("chat", *words, environment=environment(var_dir), say=lines)


def test_lines_in_json_out_without_a_service(sample_var: Path, program_environment: Environment) -> None:
    said = "电焊工 郑州 5000\n1\n跳过\n返回\n我的资料\n"
    done = chat(program_environment, sample_var, said, "--json", "--as", "13900001234")
    assert (done.returncode, done.stderr) == (0, "")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["in"] for reply in replies] == [1, 2, 2, 3, 4, 5]
    assert "郑州 焊工：有" in replies[0]["text"]
    assert {"key": "1", "label": "1 报名"} in replies[0]["choices"]
    assert "报名好了" in replies[1]["text"]
    assert "电话：139****1234" in replies[-1]["text"]

    again = chat(program_environment, sample_var, "我的资料\n", "--as", "139 0000 1234")
    assert again.returncode == 0
    assert "报过名的" in again.stdout, "the same phone is the same person, also the day after"
    assert "[1]" in again.stdout


def test_a_wrong_phone_is_refused_in_words(sample_var: Path, program_environment: Environment) -> None:
    done = chat(program_environment, sample_var, "你好\n", "--as", "12")
    assert done.returncode == 1
    assert "phone number" in done.stderr
    assert not done.stdout
