"""The national night, in a process of its own so that its memory is only its own: python -m benchmarks.speed.night."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from app.settings import ROOT
from benchmarks.engine import Engine
from benchmarks.figures import Figure, Note, at_most
from benchmarks.market import seekers, vacancies
from benchmarks.speed.batch import forward
from benchmarks.speed.plan import MILLION, NAME

NIGHT_SEEKERS, NIGHT_VACANCIES = 10 * MILLION, MILLION
NIGHT_CHUNK = 500_000
NIGHT_SECONDS = 600.0


def measure_night() -> Iterator[Figure | Note]:
    """Ten million seekers, a million vacancies, in a process of its own."""
    command = (sys.executable, "-m", "benchmarks.speed.night", str(NIGHT_SEEKERS), str(NIGHT_VACANCIES))
    told_by = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    done, took, megabytes = json.loads(told_by)
    if done < NIGHT_SEEKERS:
        yield Note(NAME, f"night: EXTRAPOLATED from the {done:,} seekers that were done in {took:.0f} s")
    yield at_most(NAME, "night_10m_x_1m", "s", took * NIGHT_SEEKERS / done, 60)
    yield at_most(NAME, "night_10m_x_1m_peak", "MB", megabytes, 6_000)


def night(people: int, jobs: int) -> tuple[int, float, float]:
    """Seekers done, seconds of matching (drawing them is not counted), peak megabytes of this process."""
    engine, done, took = Engine(vacancies(jobs)), 0, 0.0
    while done < people and took < NIGHT_SECONDS:
        count = min(NIGHT_CHUNK, people - done)
        some, seconds = forward(engine, list(seekers(count, seed=done)), NIGHT_SECONDS - took)
        done, took = done + some, took + seconds
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    return done, took, int(peak[1]) / 1024 if peak else 0.0


if __name__ == "__main__":
    print(json.dumps(night(int(sys.argv[1]), int(sys.argv[2]))))
